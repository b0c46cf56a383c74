"""Matrix products with NumPy or PyTorch in float32. One row of JSON."""
import json, resource, sys, time
job = json.load(open(sys.argv[1]))
import numpy as np
m, k, p = job['m'], job['k'], job['p']
x, y = [np.fromfile(job['arrays'][name], np.float32).reshape(shape) for name, shape in (('x', (m, k)), ('y', (k, p)))]
if job['library'] == 'torch':
    import torch
    torch.set_num_threads(job['threads'])
    name, x, y = f'PyTorch {torch.__version__}', torch.from_numpy(x), torch.from_numpy(y)
else:
    name = f'NumPy {np.__version__}'
def call():
    for _ in range(job['times']): x @ y
call()
times = []
for _ in range(job['repeats']):
    began = time.perf_counter(); call(); times.append(1e3 * (time.perf_counter() - began))
numbers = [float(v) for v in np.asarray(x @ y).ravel()[:job['compared']]]
print(json.dumps({'name': name, 'times': times, 'numbers': numbers, 'peakMegabytes': resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024}))
