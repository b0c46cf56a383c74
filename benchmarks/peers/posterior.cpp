// The posterior mean over a point cloud in C++, as the limit of what a processor does at a given width of vectors (VECTOR_BYTES: 16 is WebAssembly's,
// 64 is AVX-512's). The same algorithm as @tweedie/wasm: one pass, no matrix of queries × points, exp2 by a polynomial.
//   d <= 3: queries in lanes, differences from a point near each.  d > 3: panels of queries, dot products, tiles of points, a running maximum.
#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <iterator>
#include <string>
#include <sys/resource.h>
#include <thread>
#include <vector>

constexpr int W = VECTOR_BYTES / 4;
typedef float vec __attribute__((vector_size(VECTOR_BYTES)));
typedef int ivec __attribute__((vector_size(VECTOR_BYTES)));

static inline vec splat(float value) { return vec{} + value; }
static inline vec load(const float *from) { vec v; std::memcpy(&v, from, sizeof v); return v; }
static inline void store(float *to, vec v) { std::memcpy(to, &v, sizeof v); }
static inline vec larger(vec a, vec b) { return a > b ? a : b; }

// 2^x for -126 < x < 127, and any number elsewhere. Minimax polynomial of degree 5 on [-1/2, 1/2].
static inline vec exp2_within(vec x) {
  const vec shifted = x + splat(12582912.0f);
  const vec f = x - (shifted - splat(12582912.0f));
  vec p = splat(1.33335581e-3f);
  p = p * f + splat(9.61812910e-3f);
  p = p * f + splat(5.55041086e-2f);
  p = p * f + splat(2.40226507e-1f);
  p = p * f + splat(6.93147181e-1f);
  p = p * f + splat(1.0f);
  const ivec bits = (ivec)p + ((ivec)shifted << 23);
  return (vec)bits;
}

// The same for x <= 0, no denormals: below 2^-64 it is about 2^-64.
static inline vec exp2_of(vec x) { return exp2_within(larger(x, splat(-64.0f))); }

struct Job { int rows, points, d, threads, repeats, compared; double alpha, sigma; std::vector<float> x, y, mean; };

// U vectors of queries at once, one pass. Each lane counts from a centre c of its own, the nearest of the first points: with v = y - c its logits are those of c plus
// v (k v + s), so that nothing has to be rescaled while no logit is 2^60 above the centre's, which these data keep. Points 2^-60 below it are left out.
template <int D, int U> static void smallPanel(const Job &job, int from, const float *scaled) {
  const int n = job.points, looked = std::min(n, 128);
  const float k = (float)(-0.5 / (job.sigma * job.sigma) * M_LOG2E);
  vec centre[D][U], slope[D][U], sum[U] = {}, total[D][U] = {};
  for (int u = 0; u < U; u++)
    for (int l = 0; l < W; l++) {
      const float *x = &job.x[(size_t)std::min(job.rows - 1, from + u * W + l) * D];
      int best = 0;
      float least = INFINITY;
      for (int i = 0; i < looked; i++) {
        float s = 0;
        for (int j = 0; j < D; j++) { const float r = x[j] - scaled[(size_t)i * D + j]; s += r * r; }
        if (s < least) { least = s; best = i; }
      }
      for (int j = 0; j < D; j++) {
        centre[j][u][l] = scaled[(size_t)best * D + j];
        slope[j][u][l] = -2 * k * (x[j] - centre[j][u][l]);
      }
    }
  constexpr int T = 128;
  for (int a = 0; a < n; a += T) {
    const int b = std::min(n, a + T);
    // A tile's own sums, so that the sums of all keep their digits.
    vec part[U] = {}, moved[D][U] = {};
    for (int i = a; i < b; i++)
      for (int u = 0; u < U; u++) {
        vec v[D], t = {};
        for (int j = 0; j < D; j++) { v[j] = splat(scaled[(size_t)i * D + j]) - centre[j][u]; t += v[j] * (splat(k) * v[j] + slope[j][u]); }
        const vec w = (vec)((ivec)exp2_within(t) & (t > splat(-60.0f)));
        part[u] += w;
        for (int j = 0; j < D; j++) moved[j][u] += w * v[j];
      }
    for (int u = 0; u < U; u++) {
      sum[u] += part[u];
      for (int j = 0; j < D; j++) total[j][u] += moved[j][u];
    }
  }
  for (int u = 0; u < U; u++)
    for (int l = 0; l < W; l++)
      for (int j = 0, q = from + u * W + l; j < D && q < job.rows; j++)
        const_cast<Job &>(job).mean[(size_t)q * D + j] = (centre[j][u][l] + total[j][u][l] / sum[u][l]) / (float)job.alpha;
}

// Q queries in lanes by tiles of T points; the logits are dot products about the origin, which the data are centred on.
template <int Q> static void widePanel(const Job &job, int from, const float *scaled, const float *bias, std::vector<float> &work) {
  constexpr int T = 64, V = Q / W;
  const int n = job.points, d = job.d;
  const float c = (float)(M_LOG2E / (job.sigma * job.sigma));
  work.assign((size_t)2 * d * Q + T * Q, 0);
  float *x = work.data(), *total = x + (size_t)d * Q, *logits = total + (size_t)d * Q;
  for (int q = 0; q < Q; q++)
    for (int j = 0; j < d; j++) x[(size_t)j * Q + q] = job.x[(size_t)std::min(job.rows - 1, from + q) * d + j] * c;
  vec top[V], sum[V] = {};
  for (auto &t : top) t = splat(-INFINITY);
  for (int a = 0; a < n; a += T) {
    const int size = std::min(n - a, T);
    vec best[V];
    for (auto &t : best) t = splat(-INFINITY);
    for (int i = 0; i < size; i += 4) {
      const int four = std::min(4, size - i);
      vec s[4][V];
      for (int k = 0; k < 4; k++) for (int v = 0; v < V; v++) s[k][v] = splat(k < four ? bias[a + i + k] : 0);
      const float *y[4];
      for (int k = 0; k < 4; k++) y[k] = scaled + (size_t)(a + i + std::min(k, four - 1)) * d;
      for (int j = 0; j < d; j++)
        for (int v = 0; v < V; v++) {
          const vec q = load(x + (size_t)j * Q + v * W);
          for (int k = 0; k < 4; k++) s[k][v] += q * splat(y[k][j]);
        }
      for (int k = 0; k < four; k++)
        for (int v = 0; v < V; v++) { best[v] = larger(best[v], s[k][v]); store(logits + (i + k) * Q + v * W, s[k][v]); }
    }
    for (int v = 0; v < V; v++) {
      const vec next = larger(top[v], best[v]), by = exp2_of(top[v] - next);
      top[v] = next;
      sum[v] *= by;
      for (int j = 0; j < d; j++) store(total + (size_t)j * Q + v * W, load(total + (size_t)j * Q + v * W) * by);
    }
    for (int i = 0; i < size; i++)
      for (int v = 0; v < V; v++) { const vec w = exp2_of(load(logits + i * Q + v * W) - top[v]); sum[v] += w; store(logits + i * Q + v * W, w); }
    int j = 0;
    for (; j + 4 <= d; j += 4) {
      vec t[4][V];
      for (int k = 0; k < 4; k++) for (int v = 0; v < V; v++) t[k][v] = load(total + (size_t)(j + k) * Q + v * W);
      for (int i = 0; i < size; i++)
        for (int v = 0; v < V; v++) {
          const vec w = load(logits + i * Q + v * W);
          for (int k = 0; k < 4; k++) t[k][v] += w * splat(scaled[(size_t)(a + i) * d + j + k]);
        }
      for (int k = 0; k < 4; k++) for (int v = 0; v < V; v++) store(total + (size_t)(j + k) * Q + v * W, t[k][v]);
    }
    for (; j < d; j++)
      for (int v = 0; v < V; v++) {
        vec t = load(total + (size_t)j * Q + v * W);
        for (int i = 0; i < size; i++) t += load(logits + i * Q + v * W) * splat(scaled[(size_t)(a + i) * d + j]);
        store(total + (size_t)j * Q + v * W, t);
      }
  }
  for (int q = 0; q < Q && from + q < job.rows; q++)
    for (int j = 0; j < d; j++)
      const_cast<Job &>(job).mean[(size_t)(from + q) * d + j] = total[(size_t)j * Q + q] / sum[q / W][q % W] / (float)job.alpha;
}

static void evaluate(Job &job, const std::vector<float> &scaled, const std::vector<float> &bias) {
  constexpr int U = 3, Q = W > 8 ? 2 * W : 8;
  const auto part = [&](int thread) {
    std::vector<float> work;
    const int step = job.d <= 3 ? U * W : Q, panels = (job.rows + step - 1) / step;
    for (int k = thread; k < panels; k += job.threads)
      switch (job.d) {
        case 1: smallPanel<1, U>(job, k * step, scaled.data()); break;
        case 2: smallPanel<2, U>(job, k * step, scaled.data()); break;
        case 3: smallPanel<3, U>(job, k * step, scaled.data()); break;
        default: widePanel<Q>(job, k * step, scaled.data(), bias.data(), work);
      }
  };
  std::vector<std::thread> threads;
  for (int t = 1; t < job.threads; t++) threads.emplace_back(part, t);
  part(0);
  for (auto &thread : threads) thread.join();
}

static double number(const std::string &text, const char *name) {
  const auto at = text.find(std::string("\"") + name + "\":");
  return at == std::string::npos ? 0 : std::strtod(text.c_str() + at + std::strlen(name) + 3, nullptr);
}
static std::vector<float> floats(const std::string &text, const char *name) {
  const std::string start = std::string("\"") + name + "\":\"";
  const auto at = text.find(start) + start.size();
  std::ifstream file(text.substr(at, text.find('"', at) - at), std::ios::binary);
  const std::string bytes((std::istreambuf_iterator<char>(file)), {});
  std::vector<float> out(bytes.size() / 4);
  std::memcpy(out.data(), bytes.data(), bytes.size());
  return out;
}

int main(int, char **argv) {
  std::ifstream file(argv[1]);
  const std::string text((std::istreambuf_iterator<char>(file)), {});
  Job job{(int)number(text, "rows"), (int)number(text, "points"), (int)number(text, "d"), (int)number(text, "threads"), (int)number(text, "repeats"),
          (int)number(text, "compared"), number(text, "alpha"), number(text, "sigma"), floats(text, "x"), floats(text, "y"), {}};
  job.mean.resize(job.x.size());
  const auto once = [&] {
    // Packing belongs to the call, as it does in @tweedie/wasm.
    std::vector<float> scaled(job.y.size()), bias(job.points);
    for (size_t k = 0; k < scaled.size(); k++) scaled[k] = (float)job.alpha * job.y[k];
    for (int i = 0; i < job.points; i++) {
      double squares = 0;
      for (int j = 0; j < job.d; j++) squares += (double)scaled[(size_t)i * job.d + j] * scaled[(size_t)i * job.d + j];
      bias[i] = (float)(-0.5 * squares / (job.sigma * job.sigma) * M_LOG2E);
    }
    evaluate(job, scaled, bias);
  };
  once();
  std::printf("{\"name\":\"C++ %d-bit\",\"times\":[", 8 * VECTOR_BYTES);
  for (int k = 0; k < job.repeats; k++) {
    const auto began = std::chrono::steady_clock::now();
    once();
    std::printf("%s%.4f", k ? "," : "", std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - began).count());
  }
  std::printf("],\"numbers\":[");
  for (int k = 0; k < job.compared; k++) std::printf("%s%.8g", k ? "," : "", job.mean[k]);
  rusage usage;
  getrusage(RUSAGE_SELF, &usage);
  std::printf("],\"peakMegabytes\":%ld}\n", usage.ru_maxrss / 1024);
}
