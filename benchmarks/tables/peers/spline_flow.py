"""
A neural spline flow (Durkan, Bekasov, Murray and Papamakarios 2019): coupling layers of monotone rational-quadratic splines with linear tails, between them
linear layers in LU form with a random permutation, on standardised columns. The log-likelihood is exact. Early stopping on a tenth of the rows.
"""
import copy, math
import numpy as np
import torch
from torch import nn
from torch.nn import functional as F
from table import Job, finish, timed

SMALLEST = 1e-3  # least width, height and slope of a bin


def spline(x, widths, heights, slopes, bound, inverse=False):
    """Equations 4 and 5 (inverse: 6 to 8) on [−bound, bound], the identity outside; `x` [n], parameters [n, K], [n, K], [n, K − 1]. Gives values and log-slopes."""
    bins = widths.shape[-1]

    def edges(raw):
        sizes = SMALLEST + (1 - SMALLEST * bins) * F.softmax(raw, -1)
        at = 2 * bound * F.pad(sizes.cumsum(-1), (1, 0)) - bound
        at = torch.cat([at[..., :-1], torch.full_like(at[..., :1], bound)], -1)
        return at, at[..., 1:] - at[..., :-1]

    (x_at, x_size), (y_at, y_size) = edges(widths), edges(heights)
    # Slopes of 1 at both ends, so that the tails join smoothly; raw 0 is also a slope of 1.
    derivative = F.pad(SMALLEST + F.softplus(slopes + math.log(math.exp(1 - SMALLEST) - 1)), (1, 1), value=1.0)
    inside = (x > -bound) & (x < bound)
    z = x.clamp(-bound, bound)
    bin_ = (torch.searchsorted((y_at if inverse else x_at).contiguous(), z[..., None].contiguous(), right=True) - 1).clamp(0, bins - 1)
    pick = lambda values: values.gather(-1, bin_)[..., 0]
    x0, w, y0, h, d0, d1 = pick(x_at), pick(x_size), pick(y_at), pick(y_size), pick(derivative), pick(derivative[..., 1:])
    s = h / w
    if inverse:
        rise = z - y0
        curve = rise * (d0 + d1 - 2 * s)
        a, b, c = h * (s - d0) + curve, h * d0 - curve, -s * rise
        xi = 2 * c / (-b - (b * b - 4 * a * c).clamp_min(0).sqrt())
    else:
        xi = (z - x0) / w
    mixed = xi * (1 - xi)
    below = s + (d0 + d1 - 2 * s) * mixed
    log_slope = 2 * s.log() + (d1 * xi * xi + 2 * s * mixed + d0 * (1 - xi) ** 2).log() - 2 * below.log()
    out = xi * w + x0 if inverse else y0 + h * (s * xi * xi + d0 * mixed) / below
    zero = torch.zeros_like(x)
    return torch.where(inside, out, x), torch.where(inside, -log_slope if inverse else log_slope, zero)


class Residual(nn.Module):
    """A residual network from `inputs` numbers (none: a constant) to `outputs`, zero at first."""

    def __init__(self, inputs, outputs, hidden, blocks, dropout):
        super().__init__()
        self.first = nn.Linear(max(inputs, 1), hidden)
        unit = lambda: nn.Sequential(nn.ReLU(), nn.Linear(hidden, hidden), nn.ReLU(), nn.Dropout(dropout), nn.Linear(hidden, hidden))
        self.blocks = nn.ModuleList([unit() for _ in range(blocks)])
        self.last = nn.Linear(hidden, outputs)
        nn.init.zeros_(self.last.weight)
        nn.init.zeros_(self.last.bias)

    def forward(self, x):
        h = self.first(x if x.shape[1] > 0 else x.new_ones(len(x), 1))
        for block in self.blocks:
            h = h + block(h)
        return self.last(h)


class Coupling(nn.Module):
    """The second half of the columns goes through splines whose parameters depend on the first half."""

    def __init__(self, columns, hidden, blocks, bins, bound, dropout):
        super().__init__()
        self.kept, self.bins, self.bound = columns // 2, bins, bound
        self.moved = columns - self.kept
        self.net = Residual(self.kept, self.moved * (3 * bins - 1), hidden, blocks, dropout)

    def forward(self, x, inverse=False):
        kept, moved = x[:, : self.kept], x[:, self.kept :]
        widths, heights, slopes = self.net(kept).view(len(x), self.moved, -1).split([self.bins, self.bins, self.bins - 1], -1)
        moved, log_slopes = spline(moved, widths, heights, slopes, self.bound, inverse)
        return torch.cat([kept, moved], 1), log_slopes.sum(1)


class Mixing(nn.Module):
    """x ↦ P L U x + b with a fixed random permutation P, unit lower triangular L, and U with a positive diagonal: the identity but for P at first."""

    def __init__(self, columns, generator):
        super().__init__()
        order = torch.randperm(columns, generator=generator)
        self.register_buffer('order', order)
        self.register_buffer('back', torch.argsort(order))
        self.lower, self.upper = nn.Parameter(torch.zeros(columns, columns)), nn.Parameter(torch.zeros(columns, columns))
        self.diagonal, self.shift = nn.Parameter(torch.zeros(columns)), nn.Parameter(torch.zeros(columns))

    def factors(self):
        return self.lower.tril(-1) + torch.eye(len(self.shift)).to(self.lower), self.upper.triu(1) + self.diagonal.exp().diag()

    def forward(self, x, inverse=False):
        lower, upper = self.factors()
        log_slope = self.diagonal.sum().expand(len(x))
        if not inverse:
            return (x @ (lower @ upper).T + self.shift)[:, self.order], log_slope
        y = torch.linalg.solve_triangular(lower, (x[:, self.back] - self.shift).T, upper=False, unitriangular=True)
        return torch.linalg.solve_triangular(upper, y, upper=True).T, -log_slope


class SplineFlow(nn.Module):
    """Data to a standard normal and back."""

    def __init__(self, columns, layers=5, hidden=64, blocks=2, bins=8, bound=4.0, dropout=0.1, seed=0):
        super().__init__()
        generator = torch.Generator().manual_seed(seed)
        self.columns = columns
        pairs = [(Mixing(columns, generator), Coupling(columns, hidden, blocks, bins, bound, dropout)) for _ in range(layers)]
        self.layers = nn.ModuleList([layer for pair in pairs for layer in pair] + [Mixing(columns, generator)])

    def log_prob(self, x):
        total = x.new_zeros(len(x))
        for layer in self.layers:
            x, log_slope = layer(x)
            total = total + log_slope
        return total - 0.5 * (x * x).sum(1) - 0.5 * self.columns * math.log(2 * math.pi)

    def transform(self, z, inverse):
        for layer in reversed(self.layers) if inverse else self.layers:
            z, _ = layer(z, inverse)
        return z


def train(flow, rows, steps, batch, rate, seed, check=50, patience=20):
    """Adam with a cosine rate; the parameters of the best check on a tenth of the rows are kept. Gives the steps taken and that likelihood."""
    generator = torch.Generator().manual_seed(seed)
    order = torch.randperm(len(rows), generator=generator)
    left, kept = rows[order[: len(rows) // 10]], rows[order[len(rows) // 10 :]]
    optimiser = torch.optim.Adam(flow.parameters(), lr=rate)
    schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimiser, steps)
    best, best_at, state = -math.inf, 0, copy.deepcopy(flow.state_dict())
    queue = kept[:0]
    for step in range(1, steps + 1):
        if len(queue) < min(batch, len(kept)):
            queue = kept[torch.randperm(len(kept), generator=generator)]
        part, queue = queue[:batch], queue[batch:]
        flow.train()
        optimiser.zero_grad(set_to_none=True)
        loss = -flow.log_prob(part).mean()
        if torch.isfinite(loss):
            loss.backward()
            nn.utils.clip_grad_norm_(flow.parameters(), 5.0)
            optimiser.step()
        schedule.step()
        if step % check == 0 or step == steps:
            flow.eval()
            with torch.no_grad():
                found = flow.log_prob(left).mean().item()
            if found > best:
                best, best_at, state = found, step, copy.deepcopy(flow.state_dict())
            elif step - best_at >= patience * check:
                break
    flow.load_state_dict(state)
    flow.eval()
    return step, best_at, best


if __name__ == '__main__':
    torch.set_num_threads(1)
    torch.set_default_dtype(torch.float32)
    job = Job()
    torch.manual_seed(job.seed)
    batch, epochs = job.get('batch', 256), job.get('epochs', 400)
    steps = 60 if job.quick else min(job.get('steps', 4000), epochs * math.ceil(0.9 * len(job.train) / batch))
    shape = {'layers': job.get('layers', 5), 'hidden': job.get('hidden', 64), 'bins': job.get('bins', 8)}
    flow = SplineFlow(job.train.shape[1], **shape, seed=job.seed)
    rows = torch.tensor(job.train, dtype=torch.float32)
    (taken, kept_at, _), fit_seconds = timed(lambda: train(flow, rows, steps, batch, 1e-3, job.seed))

    def sample():
        # A normal draw far out can leave the range of float32 through the linear layers; such rows are drawn again.
        parts, found = [], 0
        while found < job.rows:
            part = flow.transform(torch.randn(job.rows, flow.columns), inverse=True).double().numpy()
            parts.append(part[np.isfinite(part).all(1)])
            found += len(parts[-1])
        return np.concatenate(parts)[: job.rows]

    with torch.no_grad():
        drawn, sample_seconds = timed(sample)
        log_likelihood = flow.double().log_prob(torch.tensor(job.test)).mean().item()
    name = f'neural spline flow, PyTorch {torch.__version__.split("+")[0]}'
    finish(job, name, job.values(drawn), fit_seconds, sample_seconds, log_likelihood, steps=taken, keptAt=kept_at, batch=batch, **shape)
