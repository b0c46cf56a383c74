"""
Classifier two-sample test (Lopez-Paz and Oquab 2017) with gradient boosting: cross-validated accuracy and AUC of telling generated from held-out rows, equal
numbers of each. Reads a job {generated, heldOut, most, folds, seed}; where there are more generated rows, several disjoint parts of them are tried.
"""
import json, sys
import numpy as np
import sklearn
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.metrics import roc_auc_score
from sklearn.model_selection import StratifiedKFold

job = json.load(open(sys.argv[1]))
random = np.random.default_rng(job['seed'])
held_out = np.load(job['heldOut'])[: job['most']]
generated = np.load(job['generated'])
generated = generated[random.permutation(len(generated))]
size = min(len(held_out), len(generated))
held_out = held_out[:size]
accuracies, areas = [], []
repeats = max(1, min(job['repeats'], len(generated) // size))
for repeat in range(repeats):
    rows = np.concatenate([held_out, generated[repeat * size : (repeat + 1) * size]])
    label = np.repeat([0, 1], size)
    for kept, left in StratifiedKFold(job['folds'], shuffle=True, random_state=job['seed'] + repeat).split(rows, label):
        model = HistGradientBoostingClassifier(random_state=job['seed']).fit(rows[kept], label[kept])
        chance = model.predict_proba(rows[left])[:, 1]
        accuracies.append(float(((chance > 0.5) == label[left]).mean()))
        areas.append(float(roc_auc_score(label[left], chance)))
print(json.dumps({'accuracy': float(np.mean(accuracies)), 'auc': float(np.mean(areas)), 'rows': size, 'repeats': repeats,
                  'standardError': float(np.sqrt(0.25 / (2 * size))), 'library': f'scikit-learn {sklearn.__version__}'}))
