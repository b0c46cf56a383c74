"""A Gaussian with full covariance, by maximum likelihood. The ridge keeps repeated columns from making it singular."""
import numpy as np
from scipy.stats import multivariate_normal
from table import Job, finish, timed

job = Job()
ridge = 1e-6


def fit():
    covariance = np.cov(job.train.T, bias=True) + ridge * np.eye(job.train.shape[1])
    return multivariate_normal(job.train.mean(0), covariance)


model, fit_seconds = timed(fit)
rows, sample_seconds = timed(lambda: model.rvs(job.rows, random_state=job.random))
finish(job, 'Gaussian', job.values(rows), fit_seconds, sample_seconds, model.logpdf(job.test).mean(), ridge=ridge)
