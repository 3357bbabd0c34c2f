# ---
# jupyter:
#   jupytext:
#     text_representation:
#       extension: .py
#       format_name: percent
#   kernelspec:
#     display_name: Python 3 (ipykernel)
#     language: python
#     name: python3
# ---

# %% [markdown]
# # 24 · Segmentation practice · 세그멘테이션 실습

# %% nbgrader={"grade": false, "grade_id": "setup", "locked": true, "schema_version": 3, "solution": false, "task": false}
# %load_ext autoreload
# %autoreload 2
# %matplotlib inline
from practice import public_tests

# %% [markdown]
# ## Points · 점수

# %% nbgrader={"grade": true, "grade_id": "unpooling", "locked": true, "points": 10, "schema_version": 3, "solution": false, "task": false}
public_tests("unpooling")  # the 10 points come from the hidden tests: README.md says how

# %% nbgrader={"grade": true, "grade_id": "transposed_conv", "locked": true, "points": 25, "schema_version": 3, "solution": false, "task": false}
public_tests("transposed_conv")  # the 25 points come from the hidden tests: README.md says how

# %% nbgrader={"grade": true, "grade_id": "fcn8s", "locked": true, "points": 25, "schema_version": 3, "solution": false, "task": false}
public_tests("fcn8s")  # the 25 points come from the hidden tests: README.md says how

# %% nbgrader={"grade": true, "grade_id": "unet", "locked": true, "points": 20, "schema_version": 3, "solution": false, "task": false}
public_tests("unet")  # the 20 points come from the hidden tests: README.md says how

# %% nbgrader={"grade": true, "grade_id": "iou", "locked": true, "points": 20, "schema_version": 3, "solution": false, "task": false}
public_tests("iou")  # the 20 points come from the hidden tests: README.md says how

# %% [markdown]
# ## Written questions · 서술형 문제

# %% [markdown] nbgrader={"grade": true, "grade_id": "written_padding", "locked": false, "points": 2, "schema_version": 3, "solution": true, "task": false}
# **Question 1 (2 points).** The first convolution of FCN-8s has padding 100. Why? What would happen to a small image, say 64 × 64, with padding 1 instead?
#
# **문제 1 (2점).** FCN-8s의 첫 합성곱은 padding이 100입니다. 왜 그럴까요? padding이 1이라면 64 × 64 같은 작은 영상은 어떻게 될까요?
#
# ### BEGIN SOLUTION
# **Marking guide**
#
# - 1 point: the five poolings divide by 32 and the 7 × 7 convolution without padding needs at least 7 rows and columns of pool5, so with padding 1 an image below about 193 pixels leaves the classifier nothing to slide over (64 / 32 = 2 < 7); with padding 100 every image from 1 × 1 on gives scores.
# - 1 point: the 7 × 7 convolution takes 6 rows and columns away, which is 192 pixels of the image: without the margin the scores would not cover the image's border. The padding makes the upsampled map larger than the image, so that it can be cut to exactly H × W (at offset 31), where every pixel has a score.
# - Half a point off: "to keep the size" without saying what would take it away. Also right: zeros at the border cost accuracy there and computation everywhere; that is the price.
# ### END SOLUTION

# %% [markdown] nbgrader={"grade": true, "grade_id": "written_batch_size", "locked": false, "points": 2, "schema_version": 3, "solution": true, "task": false}
# **Question 2 (2 points).** We train with a batch size of 1. Why? What would have to be done to the images, or to the loss, to train with more at a time?
#
# **문제 2 (2점).** 배치 크기를 1로 학습합니다. 왜 그럴까요? 한 번에 여러 장을 학습하려면 영상이나 손실 함수를 어떻게 바꿔야 할까요?
#
# ### BEGIN SOLUTION
# **Marking guide**
#
# - 1 point: the images differ in height and width, and a tensor (N, C, H, W) has one H and one W; a fully convolutional network takes any size, but only one size at a time.
# - 1 point: a way out with its price: crop or resize to one size (loses context, or distorts shapes and labels, which must be resized by nearest neighbour), or pad to the largest size and mark the padding as ignored (255) in the loss; or add up the gradients of several single images before a step.
# - Also right for the second point: one image already gives H · W labelled pixels, so that its gradient is an average over thousands of examples; memory; the original authors trained so, with a high momentum.
# ### END SOLUTION

# %% [markdown] nbgrader={"grade": true, "grade_id": "written_label_map", "locked": false, "points": 2, "schema_version": 3, "solution": true, "task": false}
# **Question 3 (2 points).** The network gives K score maps, but IoU compares two label maps. How do the K maps become one? Why does it make no difference whether a softmax comes first?
#
# **문제 3 (2점).** 네트워크는 점수 맵 K장을 내지만 IoU는 레이블 맵 두 장을 비교합니다. K장이 어떻게 한 장이 될까요? 먼저 softmax를 적용해도 결과가 같은 이유는 무엇일까요?
#
# ### BEGIN SOLUTION
# **Marking guide**
#
# - 1 point: at every pixel the class whose score is the highest: argmax over the channel axis (of several the first), which turns (N, K, H, W) into (N, H, W).
# - 1 point: softmax keeps the order of the K scores at a pixel (exp is increasing, the divisor is the same for all K), so the largest stays the largest.
# - No point for a threshold at 0.5: with K > 2 no class may reach it, and without a softmax it means nothing.
# ### END SOLUTION

# %% [markdown] nbgrader={"grade": true, "grade_id": "written_feature_maps", "locked": false, "points": 2, "schema_version": 3, "solution": true, "task": false}
# **Question 4 (2 points).** What sets the number of feature maps that a convolution, or a transposed convolution, puts out? And of the last layer of a segmentation network?
#
# **문제 4 (2점).** 합성곱이나 전치 합성곱이 내는 특징 맵의 수는 무엇이 정할까요? 세그멘테이션 네트워크의 마지막 층에서는 어떻게 될까요?
#
# ### BEGIN SOLUTION
# **Marking guide**
#
# - 1 point: the number of kernels (filters), C_out, a choice of whoever designs the layer; each kernel spans all C_in input maps and gives one output map. It does not depend on the number of input maps, the image's size, the stride or the padding.
# - 1 point: the last layer has one map for every class, K, because each is the score of one class; in U-Net the transposed convolution halves the number, and concatenation with the skip doubles it again.
# ### END SOLUTION
