"""What every Python method shares: the job, standardised rows, and files written whole. gen.npy and then meta.json: a folder with meta.json is complete."""
import json, os, sys, time
import numpy as np


class Job:
    """`train` and `test` in units of the training means and standard deviations; a column that does not vary is only centred."""

    def __init__(self):
        self.settings = json.load(open(sys.argv[1]))
        self.raw, held_out = np.load(self.settings['train']), np.load(self.settings['test'])
        self.mean, self.scale = self.raw.mean(0), self.raw.std(0, ddof=1)
        self.scale[self.raw.min(0) == self.raw.max(0)] = 1
        self.train, self.test = (self.raw - self.mean) / self.scale, (held_out - self.mean) / self.scale
        self.rows, self.seed, self.quick = self.settings['rows'], self.settings['seed'], self.settings['quick']
        self.random = np.random.default_rng(self.seed)

    def get(self, name, default):
        return self.settings.get(name, default)

    def values(self, standardised):
        return standardised * self.scale + self.mean


def write_whole(path, write):
    part = f'{path}.{os.getpid()}.part'
    with open(part, 'wb') as file:
        write(file)
    os.replace(part, path)


def finish(job, name, generated, fit_seconds, sample_seconds, log_likelihood=None, **settings):
    """Writes the rows (in the table's own units) and what was measured. The log-likelihood is in nats a row, standardised."""
    generated = np.ascontiguousarray(generated, dtype='<f8')
    assert generated.shape == (job.rows, job.raw.shape[1]) and np.isfinite(generated).all(), 'rows that are not finite numbers'
    meta = {'name': name, 'fitSeconds': fit_seconds, 'sampleSeconds': sample_seconds, 'settings': settings}
    if log_likelihood is not None:
        meta['logLikelihood'] = float(log_likelihood)
    write_whole(os.path.join(job.settings['out'], 'gen.npy'), lambda file: np.save(file, generated))
    write_whole(os.path.join(job.settings['out'], 'meta.json'), lambda file: file.write(json.dumps(meta, indent=2).encode()))
    print(json.dumps(meta))


def timed(call):
    began = time.perf_counter()
    result = call()
    return result, time.perf_counter() - began
