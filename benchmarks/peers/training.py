"""Steps of Adam on an MLP, or samples of one, with PyTorch in float32. One row of JSON."""
import json, resource, sys, time
job = json.load(open(sys.argv[1]))
import numpy as np, torch
torch.set_num_threads(job['threads'])
torch.manual_seed(0)
sizes = job['sizes']
layers = []
for k, (a, b) in enumerate(zip(sizes, sizes[1:])):
    layers += [torch.nn.Linear(a, b)] + ([torch.nn.Tanh()] if k < len(sizes) - 2 else [])
net = torch.nn.Sequential(*layers)
if 'samples' in job:
    def call():
        with torch.no_grad():
            return net(torch.randn(job['samples'], sizes[0]))
else:
    x, y = [torch.from_numpy(np.fromfile(job['arrays'][name], np.float32)).reshape(job['batch'], -1) for name in 'xy']
    optimiser = torch.optim.Adam(net.parameters(), lr=1e-3)
    def call():
        for _ in range(job['steps']):
            optimiser.zero_grad(set_to_none=True)
            torch.nn.functional.mse_loss(net(x), y).backward()
            optimiser.step()
call()
times = []
for _ in range(job['repeats']):
    began = time.perf_counter(); call(); times.append(1e3 * (time.perf_counter() - began))
print(json.dumps({'name': f'PyTorch {torch.__version__}', 'times': times, 'numbers': [],
                  'peakMegabytes': resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024}))
