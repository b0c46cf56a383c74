"""scikit-learn's Gaussian mixture with full covariances; the number of components by the likelihood of a tenth of the rows, then fitted to all of them."""
import warnings
import sklearn
from sklearn.mixture import GaussianMixture
from table import Job, finish, timed

warnings.filterwarnings('ignore')
job = Job()
ridge = 1e-6
counts = [1, 4, 16] if job.quick else [1, 2, 4, 8, 16, 32]


def mixture(count):
    return GaussianMixture(count, reg_covar=ridge, max_iter=20 if job.quick else 200, random_state=job.seed)


def fit():
    order = job.random.permutation(len(job.train))
    left, kept = order[: len(order) // 10], order[len(order) // 10 :]
    count = max((c for c in counts if c <= len(kept) // 2), key=lambda c: mixture(c).fit(job.train[kept]).score(job.train[left]))
    return mixture(count).fit(job.train), count


(model, count), fit_seconds = timed(fit)
(rows, _), sample_seconds = timed(lambda: model.sample(job.rows))
name = f'Gaussian mixture, scikit-learn {sklearn.__version__}'
finish(job, name, job.values(rows), fit_seconds, sample_seconds, model.score(job.test), components=count, ridge=ridge)
