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
#
# In this notebook your own functions segment images. You write five small files beside it, in this order: `unpooling.py`, `transposed_conv.py`, `fcn8s.py`, `unet.py`, `iou.py`; every function's docstring says all that is asked. The notebook follows the lecture: section 2 already shows a function of step 3, and section 3.1 is where step 1 begins. Run the cells from top to bottom. A cell whose function is not written yet, or whose file does not parse, says so in one line and lets you go on: write the function, save the file, run the cell again. Nothing has to be restarted.
#
# 이 노트북에서는 여러분이 작성한 함수가 영상을 분할합니다. 옆에 있는 다섯 파일을 `unpooling.py`, `transposed_conv.py`, `fcn8s.py`, `unet.py`, `iou.py` 순서로 완성하세요. 할 일은 각 함수의 docstring에 모두 적혀 있습니다. 노트북은 강의 순서를 따르므로 2절에서 3단계의 함수를 먼저 보고, 1단계는 3.1절에서 시작합니다. 셀은 위에서 아래로 실행합니다. 아직 작성하지 않은 함수나 문법이 틀린 파일을 쓰는 셀은 그 사실을 한 줄로 알려 줄 뿐이니 계속 진행해도 됩니다. 함수를 작성하고 저장한 뒤 그 셀만 다시 실행하면 됩니다. 커널을 다시 시작할 필요는 없습니다.
#
# - **Exercise 1** (sections 1–6): implement FCN-8s with the structure of the summary table. · **연습 1** (1–6절): 요약 표와 같은 구조의 FCN-8s를 구현합니다.
# - **Exercise 2** (sections 7–8): implement U-Net, and think how the skip connection works. · **연습 2** (7–8절): U-Net을 구현하고 skip 연결이 어떻게 작동하는지 생각해 봅니다.
#
# No GPU is needed: the networks trained here are narrow copies of the real ones. · GPU가 없어도 됩니다. 여기서 학습하는 네트워크는 실제 네트워크의 폭을 줄인 것입니다.

# %% nbgrader={"grade": false, "grade_id": "start", "locked": true, "schema_version": 3, "solution": false, "task": false}
# @title Start · 시작
NAME = "segmentation"
FILES = ["unpooling.py", "transposed_conv.py", "fcn8s.py", "unet.py", "iou.py"]


def start(folder: str | None = None) -> None:
    """Go to the assignment's folder, or unpack a zip file of it. · 과제 폴더로 갑니다."""
    import os
    import sys
    import zipfile
    from pathlib import Path, PurePosixPath

    drive = "/content/drive/MyDrive"
    usual = (".", drive, f"{drive}/Colab Notebooks", "/content")
    roots = [Path(root).absolute() for root in ([folder] if folder else usual)]

    def find(places: list[Path]) -> Path | None:
        marks = [place / "practice.py" for place in places]
        marks += [mark for place in places for mark in sorted(place.glob("*/practice.py"))]
        there = (mark.parent for mark in marks if mark.is_file())
        # Another assignment's folder has other files.
        return next((each for each in there if any((each / file).exists() for file in FILES)), None)

    def unpack(file: Path) -> Path | None:
        with zipfile.ZipFile(file) as archive:
            members = [each for each in archive.infolist() if not each.is_dir()]
            names = [PurePosixPath(each.filename.replace("\\", "/")) for each in members]
            size = sum(each.file_size for each in members)
            there = {name.name for name in names}
            if size > 500e6 or "practice.py" not in there or not there.intersection(FILES):
                return None
            for member, name in zip(members, names, strict=True):
                outside = name.is_absolute() or ".." in name.parts or ":" in str(name)
                path = file.with_suffix("") / name
                if not outside and not path.exists():  # your work stays as it is
                    path.parent.mkdir(parents=True, exist_ok=True)
                    path.write_bytes(archive.read(member))
        return find([file.with_suffix("")])

    here = find(roots)
    for file in [each for root in roots for each in (root, *sorted(root.glob("*.zip")))]:
        if here is None and file.is_file():
            try:
                here = unpack(file)
            except Exception as error:
                print(f"{file}: cannot be unpacked, upload it again · 다시 올리세요 ({error})")
    if here is None:
        print(f"The assignment is not here: upload its folder as {NAME}.zip in Colab's Files")
        print("panel, or mount your Drive there, and run this cell again. · 과제 파일이 없습니다.")
        print(f"과제 폴더를 {NAME}.zip으로 묶어 Colab의 파일 패널에 올리거나 Drive를 연결한 뒤")
        print("이 셀을 다시 실행하세요.")
        return
    os.chdir(here)
    sys.path[:0] = [] if str(here) in sys.path else [str(here)]
    needed = (*FILES, "data", "tests")
    if missing := ", ".join(name for name in needed if not (here / name).exists()):
        print(f"Missing in {here}, upload it there · 빠진 것, 올리세요: {missing}")
    if here.is_relative_to("/content") and not here.is_relative_to(drive):
        print(f"Colab deletes {here} later: download your work · 나중에 지워지니 내려받으세요.")


start()

# %% nbgrader={"grade": false, "grade_id": "setup", "locked": true, "schema_version": 3, "solution": false, "task": false}
# %load_ext autoreload
# %autoreload 2
# %matplotlib inline
import diagrams
import networks
import pictures
import torch
import training
from check import check, status
from practice import import_files, until_written
from segmentation_data import cells, roads
from torch.nn import functional as F

unpooling, transposed_conv, fcn8s, unet, iou = import_files()

# %% [markdown]
# Where you stand: what is written, which public checks hold, what comes next. Run this cell again whenever you like.
#
# 지금까지 한 일입니다. 작성한 함수, 통과하는 공개 검사, 다음에 할 일이 나옵니다. 언제든 다시 실행하세요. `status("ko")`로 바꾸면 그때부터 검사 결과도 한국어로 나옵니다.

# %%
status()

# %% [markdown]
# How long to train, in epochs (how often each image is seen). The two trainings take about two minutes together on a laptop. With `FULL_SIZE = True` section 5 trains the FCN-8s of the paper from pretrained VGG-16 weights instead: that wants 528 MB of weights from the internet, 3 GB of memory, and a GPU.
#
# 학습할 에폭 수(영상 한 장을 보는 횟수)입니다. 두 학습을 합쳐 노트북 컴퓨터에서 2분쯤 걸립니다. `FULL_SIZE = True`로 바꾸면 5절에서 사전 학습된 VGG-16 가중치로 시작하는 논문 크기의 FCN-8s를 학습합니다. 인터넷에서 받을 가중치 528 MB, 메모리 3 GB, 그리고 GPU가 필요합니다.

# %% nbgrader={"grade": false, "grade_id": "parameters", "locked": false, "schema_version": 3, "solution": false, "task": false} tags=["parameters"]
ROAD_EPOCHS = 16
CELL_EPOCHS = 28
SEED = 0
FULL_SIZE = False
# Narrow layers gain little from more threads, and lose much where other programs run.
torch.set_num_threads(torch.get_num_threads() if FULL_SIZE else 1)

# %% [markdown]
# ## 1 · From one label an image to one label a pixel · 영상의 레이블에서 픽셀의 레이블로
#
# A classifier says what an image shows. Semantic segmentation says it of every pixel: the answer to an H × W image is an H × W **label map** of class numbers. White pixels (255) are borders nobody could label exactly; they count neither in training nor in the score. Two data sets come along: street scenes (black: no road, orange: road) and cells under a microscope.
#
# 분류기는 영상에 무엇이 있는지를 말합니다. 의미론적 분할은 그것을 픽셀마다 말합니다. H × W 영상의 답은 클래스 번호로 채운 H × W **레이블 맵**입니다. 흰 픽셀(255)은 정확히 레이블을 붙일 수 없는 경계로, 학습과 점수 계산에서 모두 제외합니다. 데이터셋은 두 가지입니다. 거리 장면(검정: 도로 아님, 주황: 도로)과 현미경으로 본 세포입니다.

# %% alt="Street scenes and cell cultures above their label maps"
road_train, road_val = roads("train"), roads("val")
cell_train, cell_val = cells("train"), cells("val")
pictures.show_pairs(road_train, [0, 2, 3, 4])
pictures.show_pairs(cell_train, [0, 1, 2, 3])

# %% [markdown]
# The images differ in size, so they cannot lie in one tensor (N, C, H, W): we train with one at a time. Written question 2 asks about it.
#
# 영상의 크기가 서로 달라 하나의 텐서 (N, C, H, W)에 담을 수 없으므로 한 장씩 학습합니다. 서술형 문제 2에서 묻습니다.
#
# ## 2 · Fully connected is convolution · 완전연결층은 합성곱이다
#
# A fully connected layer that reads a C × k × k map computes, for each output $o$,
#
# C × k × k 맵을 읽는 완전연결층은 출력 $o$마다 다음을 계산합니다.
#
# $$y_o = b_o + \sum_{c=0}^{C-1}\sum_{a=0}^{k-1}\sum_{b=0}^{k-1} W_{o,\; c k^2 + a k + b}\; x_{c,a,b}$$
#
# That is a k × k convolution at the one place where its window fits. Reshape the weights, change nothing else, and the layer slides over a map of any size: one answer becomes a map of answers. A 1 × 1 convolution is the same thing for k = 1, a fully connected layer at every pixel. VGG-16's first fully connected layer becomes a 7 × 7 convolution, the other two become 1 × 1.
#
# 이것은 창이 들어맞는 단 한 자리에서 계산한 k × k 합성곱입니다. 가중치의 모양만 바꾸면 어떤 크기의 맵 위에서든 미끄러지며 계산할 수 있고, 답 하나가 답의 맵이 됩니다. 1 × 1 합성곱은 k = 1인 경우, 즉 픽셀마다 적용하는 완전연결층입니다. VGG-16의 첫 완전연결층은 7 × 7 합성곱이, 나머지 둘은 1 × 1 합성곱이 됩니다.
#
# Below, two fully connected layers were fitted to tell "road or not" from the colours of one pixel (k = 1) and of a 7 × 7 window (k = 7) of images shrunk four times. Your `convolutionalize` lets them slide.
#
# 아래에서는 4배로 줄인 영상의 픽셀 하나(k = 1)와 7 × 7 창(k = 7)의 색으로 도로인지를 판별하는 완전연결층 두 개를 맞춘 다음, 여러분의 `convolutionalize`로 미끄러지게 합니다.

# %% alt="Score maps of a street scene made by a 1 × 1 and a 7 × 7 convolution"
with until_written():
    image, _ = road_val[1]
    small = F.avg_pool2d(image, 4)
    linear1 = networks.fit_window_classifier(road_train, size=1, shrink=4)
    linear7 = networks.fit_window_classifier(road_train, size=7, shrink=4)
    conv1 = fcn8s.convolutionalize(linear1, channels=3, kernel_size=1)
    conv7 = fcn8s.convolutionalize(linear7, channels=3, kernel_size=7)
    scores1, scores7 = conv1(small[None])[0, 0], conv7(small[None])[0, 0]

    row, column = 14, 12
    window = small[:, row : row + 7, column : column + 7]
    print(f"fully connected, this window alone: {linear7(window.flatten()).item():.5f}")
    print(f"convolution, row {row}, column {column}: {scores7[row, column].item():.5f}")
    pictures.show_windows(small, scores7, (row, column, 7, 7), stride=1)
    pictures.show_score_maps(small, {"1 × 1: colour alone": scores1, "7 × 7: a window": scores7})

# %% [markdown]
# Neither is good: colour alone hardly tells one grey from another, and a 7 × 7 window finds markings and edges, not the road. Telling a road from a paved square takes more context and more layers, and then the answers are few and far apart. How do they come back to full size?
#
# 둘 다 썩 좋지 않습니다. 색만으로는 회색끼리 거의 구별하지 못하고, 7 × 7 창은 도로가 아니라 차선과 경계를 찾을 뿐입니다. 도로와 포장된 광장을 구별하려면 더 넓은 문맥과 더 많은 층이 필요하고, 그러면 답은 듬성듬성해집니다. 그 답을 어떻게 원래 크기로 되돌릴까요?
#
# ## 3 · Three ways up · 크기를 되돌리는 세 가지 방법
#
# ### 3.1 Unpooling · 언풀링
#
# Nothing is learned here; it is only decided where a value goes. **Nearest** repeats it over its block, **bed of nails** puts it in the block's upper left corner, **max unpooling** puts it back where max pooling found it.
#
# 학습하는 것은 없고 값을 어디에 둘지만 정합니다. **Nearest**는 블록 전체에 반복하고, **bed of nails**는 블록의 왼쪽 위에 놓고, **max unpooling**은 최대 풀링이 값을 찾은 자리에 되돌려 놓습니다.

# %% alt="A map of numbers, max pooled, and brought back by the three ways of unpooling"
with until_written():
    before = torch.tensor([[1.0, 2, 6, 3], [3, 5, 2, 1], [1, 2, 2, 1], [7, 3, 4, 8]])[None, None]
    pooled, indices = F.max_pool2d(before, 2, return_indices=True)
    nearest = unpooling.nearest_unpool2d(pooled, 2)
    nails = unpooling.bed_of_nails_unpool2d(pooled, 2)
    put_back = unpooling.max_unpool2d(pooled, indices, (4, 4))
    diagrams.show_grids(
        {
            "before": before[0, 0],
            "max pooling": pooled[0, 0],
            "nearest": nearest[0, 0],
            "bed of nails": nails[0, 0],
            "max unpooling": put_back[0, 0],
        }
    )

# %% alt="Cells, max pooled by 4, and brought back by the three ways of unpooling"
with until_written():
    image = cell_train[0][0][None, :, :64, :64]
    image = image - image.min()
    pooled, indices = F.max_pool2d(image, 4, return_indices=True)
    pictures.show_images(
        {
            "image": image[0],
            "max pooling by 4": pooled[0],
            "nearest": unpooling.nearest_unpool2d(pooled, 4)[0],
            "bed of nails": unpooling.bed_of_nails_unpool2d(pooled, 4)[0],
            "max unpooling": unpooling.max_unpool2d(pooled, indices, image.shape[2:])[0],
        }
    )

# %% [markdown]
# Run the public checks of a file as often as you like: they check what is saved now, and show the first input that goes wrong. The points come from hidden checks that ask the same with other numbers.
#
# 파일의 공개 검사는 얼마든지 실행하세요. 지금 저장된 파일을 검사해 틀린 입력을 보여 줍니다. 점수는 같은 것을 다른 숫자로 묻는 숨은 검사에서 나옵니다.

# %% nbgrader={"grade": true, "grade_id": "unpooling", "locked": true, "points": 10, "schema_version": 3, "solution": false, "task": false}
check("unpooling")  # the 10 points come from the hidden checks: README.md says how

# %% [markdown]
# ### 3.2 Transposed convolution · 전치 합성곱
#
# Also called backwards strided convolution. Every input value **stamps** the kernel, scaled by itself, on the output; neighbouring stamps lie `stride` apart, and where they overlap they **add up**:
#
# "backwards strided convolution"이라고도 합니다. 입력값 하나하나가 자신을 곱한 커널을 출력에 **도장**처럼 찍습니다. 이웃한 도장은 `stride`만큼 떨어져 있고, 겹치는 곳은 **더합니다**.
#
# $$y_{s i + a,\; s j + b} \;\leftarrow\; y_{s i + a,\; s j + b} + x_{i,j}\, w_{a,b}$$
#
# The lecture's worked example, stamped step by step by your own function: each frame shows the sums so far, with the stamp's window outlined and the new terms written out. In the result, the number of the erratum below is outlined.
#
# 강의의 예제를 여러분의 함수로 한 단계씩 찍어 봅니다. 각 그림은 그때까지의 합이고, 테두리는 이번 도장의 자리이며, 더해지는 값을 함께 적었습니다. 결과에서 테두리를 친 값은 아래 정오표의 값입니다.

# %% alt="The worked example stamped in four steps, with the sums written into the cells"
with until_written():
    x = torch.tensor([[1.0, 2], [3, 4]])
    w = torch.tensor([[1.0, 2, 3], [2, 2, 1], [3, 2, 1]])[None, None]
    diagrams.show_grids({"input": x, "kernel": w[0, 0]})
    steps, places = [], []
    for i, j in ((0, 0), (0, 1), (1, 0), (1, 1)):
        alone = torch.zeros(1, 1, 2, 2)
        alone[0, 0, i, j] = x[i, j]
        steps.append(transposed_conv.transposed_conv2d(alone, w)[0, 0])
        places.append((i, j, 3, 3))
    diagrams.show_stamps(steps, x.flatten().tolist(), places, mark=(2, 2, 1, 1))
    y = transposed_conv.transposed_conv2d(x[None, None], w)[0, 0]
    print(f"sum of the output {y.sum():g} = {x.sum():g} · {w.sum():g} = sum(input) · sum(kernel)")
    print(f"row 3, column 3: {y[2, 2]:g}")

# %% [markdown]
# **Erratum of the slide.** In row 3, column 3 the slide prints another number; **16** is right. Its third step writes "5+2" where 3·1 must be added, so "5+3", and its last step "7+8" where "8+8" is right. Anyone can check it by hand: every input value spreads its whole kernel, so the output must sum to 10 · 17 = 170; the slide's numbers sum to 169.
#
# **강의 슬라이드 정오표.** 슬라이드의 3행 3열 값은 틀렸고 **16**이 맞습니다. 세 번째 단계의 "5+2"는 3·1을 더해야 하므로 "5+3", 마지막 단계의 "7+8"은 "8+8"입니다. 손으로도 검산할 수 있습니다. 입력값마다 커널 전체가 한 번씩 퍼지므로 출력의 합은 10 · 17 = 170이어야 하는데, 슬라이드의 합은 169입니다.
#
# With stride 2 the stamps lie apart. If the kernel's size is no multiple of the stride, some outputs get more stamps than others: a checkerboard. With the kernel started as a **bilinear** filter, a transposed convolution interpolates, and training may change it from there.
#
# stride가 2이면 도장이 떨어져 찍힙니다. 커널 크기가 stride의 배수가 아니면 도장이 겹치는 횟수가 달라 바둑판무늬가 생깁니다. 커널을 **쌍선형** 필터로 초기화하면 전치 합성곱은 보간을 하며, 학습은 거기서 시작합니다.

# %% alt="How often stamps overlap, a bilinear kernel, and an image brought up by it"
with until_written():
    ones = torch.ones(1, 1, 4, 4)
    diagrams.show_grids(
        {
            "kernel 3, stride 2": transposed_conv.transposed_conv2d(
                ones, ones[..., :3, :3], stride=2
            )[0, 0],
            "kernel 4, stride 2": transposed_conv.transposed_conv2d(ones, ones, stride=2)[0, 0],
            "bilinear_kernel(1, 4)": transposed_conv.bilinear_kernel(1, 4)[0, 0],
        }
    )
    coarse = F.avg_pool2d(road_train[1][0][None], 8)
    bilinear = transposed_conv.bilinear_kernel(3, 16)
    pictures.show_images(
        {
            "an image": road_train[1][0],
            "shrunk by 8": coarse[0],
            "zeros between (nails)": unpooling.bed_of_nails_unpool2d(coarse, 8)[0],
            "repeated (nearest)": unpooling.nearest_unpool2d(coarse, 8)[0],
            "bilinear kernel, stride 8": transposed_conv.transposed_conv2d(
                coarse, bilinear, stride=8, padding=4
            )[0],
        }
    )

# %% nbgrader={"grade": true, "grade_id": "transposed_conv", "locked": true, "points": 25, "schema_version": 3, "solution": false, "task": false}
check("transposed_conv")  # the 25 points come from the hidden checks: README.md says how

# %% [markdown]
# ### 3.3 Skips · 스킵
#
# However it is brought up, a coarse map has forgotten where things end. An earlier, finer stage still knows. FCN adds the finer stage's scores to the coarse ones that were brought up to its size. The finer map is larger (that comes from the padding, see 4.2), so a window of it is taken, at an offset:
#
# 어떻게 키우든 거친 맵은 경계가 어디인지 잊었습니다. 앞쪽의 더 세밀한 단계는 아직 알고 있습니다. FCN은 거친 점수를 키운 다음 세밀한 단계의 점수를 더합니다. 세밀한 맵이 더 크므로(padding 때문입니다. 4.2절 참고) offset 위치의 창을 잘라 씁니다.

# %% alt="A window of the skip added to the coarse scores"
with until_written():
    coarse = torch.tensor([[10.0, 20, 30], [40, 50, 60]])[None, None]
    skip = torch.arange(1.0, 21).reshape(1, 1, 4, 5)
    fused = fcn8s.fuse_skip(coarse, skip, 1)
    diagrams.show_grids(
        {"coarse": coarse[0, 0], "skip": skip[0, 0], "fused, offset 1": fused[0, 0]},
        {"skip": (1, 1, 2, 3)},
    )

# %% [markdown]
# ## 4 · FCN-8s
#
# ### 4.1 The structure · 구조
#
# VGG-16 made convolutional, one 1 × 1 score layer for each of three depths, three transposed convolutions that bring the scores up: ×2, ×2, ×8. The table is counted from **your** model at full size. It must give 134 M parameters, and 537.086 MB as float32.
#
# 합성곱만으로 바꾼 VGG-16에, 세 깊이마다 1 × 1 점수층 하나씩, 그리고 점수를 2배, 2배, 8배로 키우는 전치 합성곱 세 개가 있습니다. 아래 표는 **여러분의** 모델을 전체 크기로 만들어 센 것입니다. 매개변수 134 M, float32로 537.086 MB가 나와야 합니다.

# %%
with until_written():
    with torch.device("meta"):  # shapes without numbers: nothing is allocated
        full_size = fcn8s.FCN8s(num_classes=2)
    print(networks.summary(full_size))

# %% [markdown]
# ### 4.2 Why pad by 100? · 왜 100을 padding할까?
#
# Five poolings divide the size by 32, and the 7 × 7 convolution then takes 6 more rows and columns away: 192 pixels of the image. With padding 1, an image of 64 × 64 arrives at it as 2 × 2, and there is no place for a 7 × 7 window. With 100 zeros around it, any image gives scores, and more of them than needed. What comes out of your layers for a 64 × 64 image:
#
# 풀링 다섯 번에 크기가 32분의 1이 되고, 7 × 7 합성곱이 6행과 6열, 영상으로는 192픽셀을 더 줄입니다. padding이 1이면 64 × 64 영상은 2 × 2가 되어 7 × 7 창이 들어갈 자리가 없습니다. 둘레에 0을 100줄 두르면 어떤 영상이든 점수가 필요한 만큼보다 많이 나옵니다. 64 × 64 영상이 여러분의 층을 지나며 바뀌는 크기는 다음과 같습니다.

# %%
with until_written():
    sizes = networks.output_sizes(full_size.eval(), torch.zeros(1, 3, 64, 64, device="meta"))
    for name, (_, channels, height, width) in sizes.items():
        print(f"{name:<12} {channels:>5} × {height:>3} × {width:>3}")

# %% [markdown]
# ### 4.3 Why 5, 9 and 31? · 왜 5, 9, 31일까?
#
# Ask at which image coordinate $u$ the centre of score number $i$ lies, along one axis. The first convolution's padding moves everything by 99, pooling $n$ times spaces the centres $2^n$ apart, the 7 × 7 convolution moves by three:
#
# 한 축을 따라 점수 $i$의 중심이 영상 좌표 $u$의 어디에 있는지 따져 봅니다. 첫 합성곱의 padding은 전체를 99만큼 옮기고, $n$번의 풀링은 중심 사이를 $2^n$으로 벌리고, 7 × 7 합성곱은 세 칸을 옮깁니다.
#
# $$\mathrm{pool3}:\ u = 8i - 95.5 \qquad \mathrm{pool4}:\ u = 16i - 91.5 \qquad \mathrm{scores\ of\ pool5}:\ u = 32i + 12.5$$
#
# $$\mathrm{up2}:\ u = 16j - 11.5 = 16(j+5) - 91.5 \qquad \mathrm{up4}:\ u = 8j - 23.5 = 8(j+9) - 95.5 \qquad \mathrm{up8}:\ u = j - 31$$
#
# So number 0 of up2 lies exactly on number 5 of pool4, number 0 of up4 on number 9 of pool3, and the image begins at number 31 of up8. The docstring of `FCN8s` derives it line by line.
#
# 그래서 up2의 0번은 pool4의 5번과, up4의 0번은 pool3의 9번과 정확히 겹치고, 영상은 up8의 31번에서 시작합니다. 유도 과정은 `FCN8s`의 docstring에 한 줄씩 있습니다.

# %% alt="The scores of each stage above the image, one axis; offsets 5, 9 and 31"
diagrams.show_alignment()

# %% nbgrader={"grade": true, "grade_id": "fcn8s", "locked": true, "points": 25, "schema_version": 3, "solution": false, "task": false}
check("fcn8s")  # the 25 points come from the hidden checks: README.md says how

# %% [markdown]
# ## 5 · Training and measuring · 학습과 평가
#
# ### 5.1 From K score maps to a number · 점수 맵 K장에서 숫자 하나로
#
# `predict_labels` makes one label map of K score maps, `confusion_matrix` counts which class was taken for which, and for each class
#
# `predict_labels`는 점수 맵 K장을 레이블 맵 한 장으로 만들고, `confusion_matrix`는 어느 클래스를 어느 클래스로 보았는지 셉니다. 클래스마다
#
# $$\mathrm{IoU}_i = \frac{n_{ii}}{\sum_j n_{ij} + \sum_j n_{ji} - n_{ii}} = \frac{\mathrm{intersection}}{\mathrm{union}}$$
#
# For a data set, the images' matrices are added up first. · 데이터셋에서는 영상마다 구한 행렬을 먼저 모두 더합니다.

# %% alt="Truth, prediction, their intersection and their union"
with until_written():
    target = road_val[0][1]
    truth = F.one_hot((target == 1).long(), 2).movedim(2, 0).float()
    # Scores as coarse as if a network had no skips.
    scores = F.interpolate(F.avg_pool2d(truth, 24)[None], size=target.shape)
    prediction = iou.predict_labels(scores)[0]
    pictures.show_counts(prediction, target)
    confusion = iou.confusion_matrix(prediction, target, num_classes=2)
    print("confusion matrix (rows: truth, columns: prediction)", confusion.tolist())
    print("IoU of each class", [round(value, 3) for value in iou.iou_per_class(confusion).tolist()])
    print(f"mean IoU {iou.mean_iou(confusion):.3f}")

# %% nbgrader={"grade": true, "grade_id": "iou", "locked": true, "points": 20, "schema_version": 3, "solution": false, "task": false}
check("iou")  # the 20 points come from the hidden checks: README.md says how

# %% [markdown]
# ### 5.2 Training FCN-8s on roads · 도로 영상으로 FCN-8s 학습
#
# The loss is the cross entropy averaged over all pixels that count. The network is your FCN-8s with 6 channels in the first stage instead of 64. The bar shows what the last epoch gave; training stops early when the validation loss no longer falls, and keeps the best weights.
#
# 손실은 계산에 들어가는 모든 픽셀의 교차 엔트로피 평균입니다. 네트워크는 첫 단계의 채널을 64개에서 6개로 줄인 여러분의 FCN-8s입니다. 막대에는 마지막 에폭의 결과가 나옵니다. 검증 손실이 더 줄지 않으면 일찍 멈추고 가장 좋았던 가중치를 남깁니다.

# %%
with until_written():
    if FULL_SIZE:
        road_model = networks.load_vgg16(fcn8s.FCN8s(num_classes=2))
        rate, fresh = 1e-5, False
    else:
        road_model = fcn8s.FCN8s(num_classes=2, base_channels=6, fc_channels=64)
        rate, fresh = 3e-3, True
    road_history = training.train(
        road_model,
        road_train,
        road_val,
        epochs=ROAD_EPOCHS,
        learning_rate=rate,
        seed=SEED,
        fresh=fresh,
    )

# %% alt="Learning curves of FCN-8s, predictions beside the truth, IoU of each class"
with until_written():
    pictures.show_learning(road_history, "FCN-8s on roads")
    pictures.show_predictions(road_model, road_val, [1, 3, 4, 8])
    confusion = training.evaluate(road_model, road_val, num_classes=2)
    figures = dict(zip(road_val.classes, iou.iou_per_class(confusion).tolist(), strict=True))
    pictures.show_iou(figures, iou.mean_iou(confusion).item(), "FCN-8s, validation split of roads")

# %% [markdown]
# ### 5.3 Three scales, apart and added up · 세 가지 규모의 점수, 따로 그리고 함께
#
# Above its score layers FCN-8s is linear: the final scores are the sum of what each depth gives alone. pool5 knows roughly what is where; pool4 and pool3 say exactly where it ends.
#
# 점수층 위로 FCN-8s는 선형입니다. 최종 점수는 세 깊이가 따로 내는 점수의 합입니다. pool5는 무엇이 어디쯤 있는지를, pool4와 pool3은 정확히 어디서 끝나는지를 말합니다.

# %% alt="Scores from pool5, pool4 and pool3 alone, and added up"
with until_written(), torch.no_grad():
    image, _ = road_val[1]
    place = next(road_model.parameters()).device
    parts = {
        f"from {scale} alone": model.eval()(image[None].to(place))[0].cpu()
        for scale, model in networks.scales_apart(road_model).items()
    }
    whole = road_model.eval()(image[None].to(place))[0].cpu()
    added = sum(parts.values())
    road_scores = {title: scores[1] - scores[0] for title, scores in parts.items()}
    pictures.show_score_maps(image, road_scores | {"added up": added[1] - added[0]})
    print(f"largest difference between the sum and the network: {(added - whole).abs().max():.1e}")

# %% [markdown]
# ## 6 · The limits of FCN · FCN의 한계
#
# The lecture names two. **The receptive field has a fixed size**: an object much larger than it is seen in pieces that may get different labels, one much smaller may be missed. **Detail is lost**: the label map is brought up from coarse scores in a few simple steps, so errors gather at the borders. Both can be seen on your network. First the same street seen three times larger, as if the camera stood much closer:
#
# 강의에서 든 한계는 두 가지입니다. **수용 영역의 크기가 고정되어 있습니다.** 그보다 훨씬 큰 물체는 조각으로 나뉘어 서로 다른 레이블을 받을 수 있고, 훨씬 작은 물체는 놓칠 수 있습니다. **세부가 사라집니다.** 거친 점수를 몇 번의 단순한 단계로 키우므로 오류가 경계에 몰립니다. 두 가지 모두 여러분의 네트워크에서 볼 수 있습니다. 먼저 같은 거리를 훨씬 가까이에서 본 것처럼 세 배로 키운 영상입니다.

# %% alt="Predictions for a street scene and for the same three times larger"
with until_written():
    image, target = road_val[1]
    enlarged = unpooling.nearest_unpool2d(image[None], 3)[0]
    enlarged_target = unpooling.nearest_unpool2d(target[None, None], 3)[0, 0]
    pictures.show_predictions(road_model, [(image, target), (enlarged, enlarged_target)], [0, 1])

# %% [markdown]
# And where the errors lie: the share of wrong pixels by their distance from the true border (the nearest two pixels do not count anyway).
#
# 다음은 오류의 위치입니다. 실제 경계에서 떨어진 거리에 따른 오답 픽셀의 비율입니다(가장 가까운 두 픽셀은 원래 계산에서 제외합니다).

# %% alt="The share of wrong pixels by distance to the true border"
with until_written():
    pictures.show_errors_by_distance(road_model, road_val)

# %% [markdown]
# ## 7 · U-Net
#
# ### 7.1 The U · U자 구조
#
# On the way down, each level convolves twice and halves the size: more and more of what, less and less of where. On the way up, each level doubles the size by a transposed convolution, **concatenates** the map of the same level from the way down, and convolves twice. FCN adds scores; U-Net hands over whole feature maps, and lets convolutions decide what to take from them. Without padding, 572 × 572 becomes 388 × 388. The drawing is made from your model:
#
# 내려가는 길에서는 단계마다 합성곱을 두 번 하고 크기를 반으로 줄입니다. '무엇'은 늘고 '어디'는 줄어듭니다. 올라가는 길에서는 전치 합성곱으로 크기를 두 배로 키우고, 내려갈 때 같은 단계에서 나온 맵을 **이어 붙이고**, 합성곱을 두 번 합니다. FCN은 점수를 더하지만 U-Net은 특징 맵을 통째로 넘겨주고 무엇을 쓸지는 합성곱이 정합니다. padding이 없으므로 572 × 572가 388 × 388이 됩니다. 그림은 여러분의 모델로 그립니다.

# %% alt="The U of U-Net with the sizes of its maps, 572 to 388"
with until_written():
    with torch.device("meta"):
        paper = unet.UNet()
    u_sizes = networks.output_sizes(paper, torch.zeros(1, 1, 572, 572, device="meta"))
    print(networks.summary(paper))
    diagrams.show_u(u_sizes)

# %% [markdown]
# ### 7.2 Crop and concatenate · 자르고 이어 붙이기
#
# Every 3 × 3 convolution without padding takes a pixel from each side, so the map from the way down is larger than the one that came up. Its centre is cut out, and both are stacked along the channels: the skip knows **where**, what came up knows **what**. Here an image plays the skip, and a coarse copy of it what came up.
#
# padding이 없는 3 × 3 합성곱은 네 변에서 한 픽셀씩 줄이므로 내려갈 때의 맵이 올라온 맵보다 큽니다. 가운데를 잘라 둘을 채널 방향으로 쌓습니다. skip은 **어디**를, 올라온 맵은 **무엇**을 압니다. 여기서는 영상을 skip으로, 그 거친 사본을 올라온 맵으로 씁니다.

# %% alt="The centre of the skip cut out and put beside the upsampled map"
with until_written():
    skip = cell_train[0][0][None]
    size = (88, 112)
    upsampled = unpooling.nearest_unpool2d(F.avg_pool2d(unet.center_crop(skip, size), 8), 8)
    both = unet.concat_skip(skip, upsampled)
    top, left = (skip.shape[2] - size[0]) // 2, (skip.shape[3] - size[1]) // 2
    pictures.show_images(
        {
            f"skip {tuple(skip.shape[2:])}": skip[0],
            f"upsampled {size}": upsampled[0],
            "concatenated, channel 0": both[0, :1],
            "concatenated, channel 1": both[0, 1:],
        },
        {f"skip {tuple(skip.shape[2:])}": (top, left, *size)},
    )
    print(f"{tuple(skip.shape)} and {tuple(upsampled.shape)} give {tuple(both.shape)}")

# %% nbgrader={"grade": true, "grade_id": "unet", "locked": true, "points": 20, "schema_version": 3, "solution": false, "task": false}
check("unet")  # the 20 points come from the hidden checks: README.md says how

# %% [markdown]
# ## 8 · Training U-Net on cells · 세포 영상으로 U-Net 학습
#
# Sixteen images are enough. The membranes between touching cells are two or three pixels thin, which is what the skips are for. Here the padding is 1, so that scores have the image's size.
#
# 영상 16장으로 충분합니다. 맞닿은 세포 사이의 막은 두세 픽셀로 얇은데, skip은 바로 이런 곳에 필요합니다. 여기서는 padding을 1로 두어 점수의 크기가 영상과 같습니다.

# %%
with until_written():
    cell_model = unet.UNet(in_channels=1, num_classes=2, base_channels=8, padding=1)
    cell_history = training.train(
        cell_model, cell_train, cell_val, epochs=CELL_EPOCHS, learning_rate=4e-3, seed=SEED
    )

# %% alt="Learning curves of U-Net, predictions beside the truth, IoU of each class"
with until_written():
    pictures.show_learning(cell_history, "U-Net on cells")
    pictures.show_predictions(cell_model, cell_val, [0, 1, 2])
    confusion = training.evaluate(cell_model, cell_val, num_classes=2)
    figures = dict(zip(cell_val.classes, iou.iou_per_class(confusion).tolist(), strict=True))
    pictures.show_iou(figures, iou.mean_iou(confusion).item(), "U-Net, validation split of cells")

# %% [markdown]
# ### 8.1 Overlapping tiles · 겹치는 타일
#
# An image that does not fit into memory is done in tiles. A U-Net without padding makes that seamless: each tile is read with 92 more pixels on every side (mirrored where the image ends), and every score is computed from true context. Below, your trained weights in an unpadded U-Net: four tiles side by side, and the whole in one go. The outlined window is what one tile reads; the tile itself is its middle.
#
# 메모리에 들어가지 않는 영상은 타일로 나누어 처리합니다. padding이 없는 U-Net은 이음매가 생기지 않습니다. 타일마다 사방으로 92픽셀을 더 읽고(영상이 끝나는 곳에서는 거울처럼 뒤집어 채웁니다) 모든 점수를 실제 문맥으로 계산합니다. 아래에서는 학습한 가중치를 padding이 없는 U-Net에 넣어 타일 네 장을 이어 붙인 결과와 한 번에 계산한 결과를 비교합니다. 테두리는 타일 하나가 읽는 영역이고, 타일은 그 가운데입니다.

# %% alt="A tile with its mirrored context, and label maps from tiles and in one go"
with until_written(), torch.no_grad():
    unpadded = unet.UNet(in_channels=1, num_classes=2, base_channels=8, padding=0).eval()
    unpadded.load_state_dict(cell_model.state_dict())
    part = cell_val[1][0][None, :, :132, :132]
    mirrored = F.pad(part, (92, 92, 92, 92), mode="reflect")
    at_once = iou.predict_labels(unpadded(mirrored))[0]
    stitched = torch.zeros_like(at_once)
    for top in (0, 64):
        for left in (0, 64):
            tile = mirrored[:, :, top : top + 252, left : left + 252]
            stitched[top : top + 68, left : left + 68] = iou.predict_labels(unpadded(tile))[0]
    pictures.show_images(
        {"mirrored border, what a tile reads": mirrored[0], "one tile, 252 × 252": tile[0]},
        {
            "mirrored border, what a tile reads": (64, 64, 252, 252),
            "one tile, 252 × 252": (92, 92, 68, 68),
        },
    )
    pictures.show_label_maps({"four tiles of 68 × 68": stitched, "in one go, 132 × 132": at_once})
    print(f"pixels on which tiles and whole differ: {int((stitched != at_once).sum())}")

# %% [markdown]
# ## 9 · Real data, and your own · 실제 데이터와 여러분의 사진
#
# The same interface reads PASCAL VOC, Oxford-IIIT Pet, KITTI road, and any two folders of images and masks. Where a download is impossible, one line says which file to put where.
#
# 같은 방식으로 PASCAL VOC, Oxford-IIIT Pet, KITTI road, 그리고 영상과 마스크가 든 임의의 두 폴더를 읽습니다. 내려받을 수 없으면 어떤 파일을 어디에 두어야 하는지 한 줄로 알려 줍니다.
#
# ```python
# from pathlib import Path
# from segmentation_data import image_folder, kitti_road, oxford_pets, pascal_voc
#
# pets = oxford_pets("trainval", download=True)       # 2 classes
# more_pets = oxford_pets("test")
# voc = pascal_voc("train", download=True)            # 21 classes: FCN8s(num_classes=21)
# road = kitti_road()                                 # data/data_road/training/...
# own = image_folder(Path("photos"), Path("masks"), classes=("other", "cat"))
# training.train(fcn8s.FCN8s(2, 16, 256), pets, more_pets, epochs=2)
# ```
#
# ## 10 · Written questions · 서술형 문제
#
# Answer below each question, in English or Korean; a few sentences are enough. They are read by a person.
#
# 각 문제 아래에 한국어나 영어로 답하세요. 몇 문장이면 됩니다. 사람이 읽고 채점합니다.

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
