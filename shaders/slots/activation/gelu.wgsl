// f(x) = x·Φ(x), the exact form with the error function, PyTorch's default.
// Hendrycks, Gimpel: Gaussian error linear units (arXiv 1606.08415).

const INVERSE_SQRT_2 = 0.70710678118654752;
const INVERSE_SQRT_2PI = 0.39894228040143268;

// Error function, to 1.5e-7: Abramowitz and Stegun, Handbook of Mathematical Functions, 7.1.26.
fn errorFunction(x: vec4f) -> vec4f {
  let size = abs(x);
  let t = 1.0 / (1.0 + 0.3275911 * size);
  let polynomial = t * (0.254829592 +
    t * (-0.284496736 + t * (1.421413741 + t * (-1.453152027 + t * 1.061405429))));
  return sign(x) * (1.0 - polynomial * exp(-size * size));
}

fn normalCdf(x: vec4f) -> vec4f {
  return 0.5 * (1.0 + errorFunction(x * INVERSE_SQRT_2));
}

fn activate(x: vec4f) -> vec4f {
  return x * normalCdf(x);
}

fn slope(x: vec4f) -> vec4f {
  return normalCdf(x) + x * INVERSE_SQRT_2PI * exp(-0.5 * x * x);
}

// Two x share most y, so the slope does not follow from f(x): kernels keep it.
fn slopeOf(_y: vec4f) -> vec4f {
  return vec4f();
}
