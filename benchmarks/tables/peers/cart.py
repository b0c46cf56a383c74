"""
A tree synthesiser, column by column, as R's synthpop (Nowok, Raab and Dibben 2016, method "cart"): the first column is drawn from the training rows, each
further one from the training values in the leaf that the columns before it lead to. Leaves have at least 5 rows.
"""
import numpy as np
import sklearn
from sklearn.tree import DecisionTreeClassifier, DecisionTreeRegressor
from table import Job, finish, timed

SMALLEST_LEAF, FEWEST_VALUES = 5, 10


def tree_for(inputs, column, seed):
    """A classification tree for a column of few values, a regression tree for any other."""
    values, classes = np.unique(column, return_inverse=True)
    kind = DecisionTreeClassifier if len(values) <= FEWEST_VALUES else DecisionTreeRegressor
    return kind(min_samples_leaf=SMALLEST_LEAF, random_state=seed).fit(inputs, classes if kind is DecisionTreeClassifier else column)


class Leaves:
    """The training values of one column, by leaf."""

    def __init__(self, inputs, column, seed):
        self.tree = tree_for(inputs, column, seed)
        leaf = self.tree.apply(inputs)
        self.values = column[np.argsort(leaf, kind='stable')]
        self.sizes = np.bincount(leaf, minlength=self.tree.tree_.node_count)
        self.begins = np.cumsum(self.sizes) - self.sizes

    def draw(self, inputs, random):
        leaf = self.tree.apply(inputs)
        return self.values[self.begins[leaf] + (random.random(len(leaf)) * self.sizes[leaf]).astype(int)]


def fit(table, seed):
    return [Leaves(table[:, :j], table[:, j], seed) for j in range(1, table.shape[1])]


def draw(table, columns, rows, random):
    out = np.empty((rows, table.shape[1]))
    out[:, 0] = table[random.integers(len(table), size=rows), 0]
    for j, leaves in enumerate(columns, 1):
        out[:, j] = leaves.draw(out[:, :j], random)
    return out


if __name__ == '__main__':
    job = Job()
    columns, fit_seconds = timed(lambda: fit(job.raw, job.seed))
    rows, sample_seconds = timed(lambda: draw(job.raw, columns, job.rows, job.random))
    finish(job, f'CART, scikit-learn {sklearn.__version__}', rows, fit_seconds, sample_seconds, smallestLeaf=SMALLEST_LEAF)
