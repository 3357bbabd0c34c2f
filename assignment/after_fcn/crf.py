"""The fully connected CRF: every pixel listens to every other one, most to its like.

Pixel i has position p_i and colour I_i, and class l costs it ψ_i(l) = −log softmax(scores)_i(l):

    kernel      k(i, j) = w₁ exp(−|p_i − p_j|² / 2θ_α² − |I_i − I_j|² / 2θ_β²)      appearance
                        + w₂ exp(−|p_i − p_j|² / 2θ_γ²)                             smoothness
    message     m_i(l) = Σ_{j ≠ i} k(i, j) · q_j(l)
    Potts       e_i(l) = Σ_{l' ≠ l} m_i(l')        what is said for other classes
    update      q'_i(l) = exp(−ψ_i(l) − e_i(l)) / Z_i      with Σ_l q'_i(l) = 1

All pairs are written out, H·W × H·W numbers: enough for small images, and exact. The paper's
filtering, which makes it fast for large ones, approximates the same sums.

Source: Krähenbühl & Koltun 2011, "Efficient Inference in Fully Connected CRFs with Gaussian Edge
Potentials", equation 3 (the kernels) and algorithm 1 (mean field). Chen et al. 2016, "DeepLab:
Semantic Image Segmentation with Deep Convolutional Nets, Atrous Convolution, and Fully Connected
CRFs", section 3.3 (behind a network) and 4.1.1 (weights and widths).
"""

from __future__ import annotations

import torch


def appearance_kernel(image: torch.Tensor, theta_alpha: float, theta_beta: float) -> torch.Tensor:
    """Compare all pairs of pixels by place and colour.

    모든 픽셀 쌍을 위치와 색으로 비교합니다. 가깝고 색이 비슷할수록 1에 가깝습니다.

    Pixels are counted row by row: pixel i = row · W + column has p_i = (row, column), and I_i are
    the three values of `image` there. |·|² is the sum of squares.

    Args:
        image: (3, H, W), float32 or float64, on any scale; `theta_beta` is on the same one.
        theta_alpha: how far apart in pixels two pixels still count as near, above 0.
        theta_beta: how different two colours may be, above 0.

    Returns:
        (H·W, H·W), dtype and device of `image`:
        exp(−|p_i − p_j|² / (2·theta_alpha²) − |I_i − I_j|² / (2·theta_beta²)), 1 on the diagonal;
        gradients reach `image`.

    Raises:
        ValueError: `image` has not three axes, `theta_alpha` or `theta_beta` is not above 0; the
            message names it.

    Example:
        One row of three pixels, red (0, 0, 10), green and blue 0, with theta_alpha = 2 and
        theta_beta = 5: k(0, 1) = exp(−1/8) = 0.882497, k(0, 2) = exp(−4/8 − 100/50) = 0.082085,
        k(1, 2) = exp(−1/8 − 100/50) = 0.119433.
    """
    raise NotImplementedError("appearance_kernel")


def smoothness_kernel(height: int, width: int, theta_gamma: float) -> torch.Tensor:
    """Compare all pairs of pixels by place alone.

    모든 픽셀 쌍을 위치만으로 비교합니다.

    Args:
        height: H, at least 1.
        width: W, at least 1.
        theta_gamma: how far apart in pixels two pixels still count as near, above 0.

    Returns:
        (H·W, H·W) float64 whatever the default dtype, on the CPU:
        exp(−|p_i − p_j|² / (2·theta_gamma²)) with pixel i = row · W + column at
        p_i = (row, column); 1 on the diagonal.

    Raises:
        ValueError: `height` or `width` is smaller than 1, `theta_gamma` is not above 0; the
            message names it.

    Example:
        smoothness_kernel(1, 3, 1) has exp(−1/2) = 0.606531 between neighbours and
        exp(−4/2) = 0.135335 between the ends.
    """
    raise NotImplementedError("smoothness_kernel")


def mean_field_step(q: torch.Tensor, unary: torch.Tensor, kernel: torch.Tensor) -> torch.Tensor:
    """Let every pixel hear all others once, and decide anew.

    모든 픽셀이 다른 픽셀들의 의견을 한 번씩 듣고 확률을 새로 정합니다.
    자기 자신의 말은 듣지 않습니다.

    Args:
        q: (K, H, W), each pixel's probabilities so far.
        unary: (K, H, W), the energy ψ_i(l) of each class: the lower, the likelier.
        kernel: (H·W, H·W), weights included: row i says how much pixel i hears of each pixel j,
            counted row by row. It need not be symmetric. Its diagonal does not count, whatever it
            holds: no pixel hears itself.

    Returns:
        (K, H, W), dtype and device of `q`: exp(−ψ_i(l) − Σ_{l' ≠ l} Σ_{j ≠ i} kernel[i, j]·q_j(l'))
        divided by its sum over the classes. All pixels are updated at once, from the old `q`.
        Gradients reach `q`, `unary` and `kernel`.

    Raises:
        ValueError: `q` and `unary` differ in shape, or `kernel` is not (H·W, H·W); the message
            names one of the arguments involved.

    Example:
        Two pixels, q = [[0.9, 0.4], [0.1, 0.6]] (rows are classes), unary = −log q and kernel
        [[5, 2], [1, 5]]: pixel 0 hears 2 · (0.4, 0.6), so e = (1.2, 0.8), and (0.9 e^−1.2,
        0.1 e^−0.8) divided by its sum is (0.857811, 0.142189). Pixel 1 hears 1 · (0.9, 0.1) and
        becomes (0.597374, 0.402626).
    """
    raise NotImplementedError("mean_field_step")


def refine(
    scores: torch.Tensor,
    image: torch.Tensor,
    steps: int,
    appearance_weight: float = 4.0,
    smoothness_weight: float = 3.0,
    theta_alpha: float = 50.0,
    theta_beta: float = 5.0,
    theta_gamma: float = 3.0,
) -> torch.Tensor:
    """Refine a network's scores by `steps` mean-field updates.

    네트워크의 점수를 영상의 색과 위치에 맞추어 steps번 다듬습니다.

    The energies are −log softmax(scores) over the classes and stay as they are; the probabilities
    start at softmax(scores). The kernel is appearance_weight · `appearance_kernel` +
    smoothness_weight · `smoothness_kernel`.

    Args:
        scores: (K, H, W), raw, float32 or float64.
        image: (3, H, W), of the dtype of `scores`; the defaults are for values 0 ... 255.
        steps: how many updates, at least 0.
        appearance_weight: w₁, at least 0.
        smoothness_weight: w₂, at least 0.
        theta_alpha: see `appearance_kernel`.
        theta_beta: see `appearance_kernel`.
        theta_gamma: see `smoothness_kernel`.

    Returns:
        (K, H, W) probabilities, dtype and device of `scores`; softmax(scores) for 0 steps.
        Gradients reach `scores` and, from one step on, `image`.

    Raises:
        ValueError: `scores` and `image` differ in H or W, `steps` is below 0, a theta is not
            above 0 (with 0 steps, too); the message names one of the arguments involved.

    Example:
        One row of three pixels with scores [[2, 0, −1], [0, 0.5, 1]] and red (0, 0, 10), green
        and blue 0; both weights 1, theta_alpha = 2, theta_beta = 5, theta_gamma = 1. Class 0 has
        the probabilities (0.880797, 0.377541, 0.119203) before, and (0.813015, 0.520275,
        0.117926) after one step: the middle pixel goes over to the one of its colour.
    """
    raise NotImplementedError("refine")
