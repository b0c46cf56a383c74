"""
scikit-learn's Gaussian kernel density on standardised columns; the bandwidth by cross-validated likelihood. The likelihoods are summed here in logs: its
`score_samples` leaves out terms that matter far from the data, by tens of nats (scikit-learn 1.2).
"""
import numpy as np
import sklearn
from scipy.special import logsumexp
from scipy.spatial.distance import cdist
from sklearn.model_selection import KFold
from sklearn.neighbors import KernelDensity
from table import Job, finish, timed

job = Job()
bandwidths = np.geomspace(0.02, 1, 8 if job.quick else 24)
folds, queries, chunk = 5, 2000, 200


def log_density(centres, rows, widths):
    """The mean of ln p over the rows for each bandwidth."""
    d, totals = centres.shape[1], np.zeros(len(widths))
    for k in range(0, len(rows), chunk):
        squares = cdist(rows[k : k + chunk], centres, 'sqeuclidean')
        for j, width in enumerate(widths):
            totals[j] += (logsumexp(-squares / (2 * width**2), axis=1) - d * np.log(width)).sum()
    return totals / len(rows) - np.log(len(centres)) - d / 2 * np.log(2 * np.pi)


def fit():
    parts = KFold(folds, shuffle=True, random_state=job.seed).split(job.train)
    scores = [log_density(job.train[kept], job.train[left[: queries // folds]], bandwidths) for kept, left in parts]
    bandwidth = float(bandwidths[np.mean(scores, axis=0).argmax()])
    return KernelDensity(bandwidth=bandwidth).fit(job.train), bandwidth


(model, bandwidth), fit_seconds = timed(fit)
rows, sample_seconds = timed(lambda: model.sample(job.rows, random_state=job.seed))
log_likelihood = log_density(job.train, job.test, [bandwidth])[0]
finish(job, f'KDE, scikit-learn {sklearn.__version__}', job.values(rows), fit_seconds, sample_seconds, log_likelihood, bandwidth=bandwidth, folds=folds)
