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
# # 25 · After FCN practice · FCN 이후 실습
#
# In this notebook your own functions build the systems that came after FCN. You write five small files beside it, in this order: `pyramid_pooling.py`, `metrics.py`, `deconvnet.py`, `atrous.py`, `crf.py`; every function's docstring says all that is asked. Run the cells from top to bottom. A cell whose function is not written yet, or whose file does not parse, says so in one line and lets you go on: write the function, save the file, run the cell again. Nothing has to be restarted.
#
# 이 노트북에서는 여러분이 작성한 함수로 FCN 이후의 네트워크를 만듭니다. 옆에 있는 다섯 파일을 `pyramid_pooling.py`, `metrics.py`, `deconvnet.py`, `atrous.py`, `crf.py` 순서로 완성하세요. 할 일은 각 함수의 docstring에 모두 적혀 있습니다. 셀은 위에서 아래로 실행합니다. 아직 작성하지 않은 함수나 문법이 틀린 파일을 쓰는 셀은 그 사실을 한 줄로 알려 줄 뿐이니 계속 진행해도 됩니다. 함수를 작성하고 저장한 뒤 그 셀만 다시 실행하면 됩니다. 커널을 다시 시작할 필요는 없습니다.
#
# No GPU is needed: the networks trained here are narrow copies of the real ones. · GPU가 없어도 됩니다. 여기서 학습하는 네트워크는 실제 네트워크의 폭을 줄인 것입니다.

# %% nbgrader={"grade": false, "grade_id": "start", "locked": true, "schema_version": 3, "solution": false, "task": false}
# @title Start · 시작
NAME = "after_fcn"
FILES = ["pyramid_pooling.py", "metrics.py", "deconvnet.py", "atrous.py", "crf.py"]


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
import pictures
import systems
import torch
import training
from check import check, status
from practice import import_files, until_written
from segmentation_data import cells, roads
from torch.nn import functional as F

pyramid_pooling, metrics, deconvnet, atrous, crf = import_files()

# %% [markdown]
# Where you stand: what is written, which public checks hold, what comes next. Run this cell again whenever you like.
#
# 지금까지 한 일입니다. 작성한 함수, 통과하는 공개 검사, 다음에 할 일이 나옵니다. 언제든 다시 실행하세요. `status("ko")`로 바꾸면 그때부터 검사 결과도 한국어로 나옵니다.

# %%
status()

# %% [markdown]
# How long each network is trained in section 6, in processor seconds, and on which of the two data sets. Three networks take a minute and a half together on a laptop.
#
# 6절에서 네트워크마다 학습할 시간(프로세서 초)과 데이터셋입니다. 세 네트워크를 합쳐 노트북 컴퓨터에서 1분 반쯤 걸립니다.

# %% nbgrader={"grade": false, "grade_id": "parameters", "locked": false, "schema_version": 3, "solution": false, "task": false} tags=["parameters"]
SECONDS = 30
DATA = "roads"  # or "cells"
SEED = 0
# Narrow layers gain little from more threads, and lose much where other programs run.
torch.set_num_threads(1)

# %%
road_val, cell_val = list(roads("val")), list(cells("val"))

# %% [markdown]
# ## 1 · What the pyramid sees · 피라미드가 보는 것
#
# A grey patch may be road or paved square; the patch alone does not tell. The rest of the image does. **Pyramid pooling** cuts every map into 1 × 1, 2 × 2, 3 × 3 and 6 × 6 bins, averages each bin, brings the means back to the map's size and puts them beside it: then every pixel knows what a 36th, a ninth, a quarter and the whole of the image around it look like (Zhao et al. 2017, section 3.2).
#
# 회색 조각은 도로일 수도 있고 포장된 광장일 수도 있습니다. 조각만 보아서는 알 수 없고 영상의 나머지를 보아야 합니다. **피라미드 풀링**은 맵을 1 × 1, 2 × 2, 3 × 3, 6 × 6 칸으로 나누어 칸마다 평균을 내고, 그 평균을 맵의 크기로 되돌려 맵 옆에 붙입니다. 그러면 픽셀마다 자기가 속한 36분의 1, 9분의 1, 4분의 1, 그리고 영상 전체가 어떤 모습인지 알게 됩니다(Zhao et al. 2017, 3.2절).
#
# Bin $i$ of $n$ covers the rows from $\lfloor iH/n \rfloor$ to $\lceil (i+1)H/n \rceil - 1$. Where $n$ does not divide $H$, neighbours share a row: below, row 1 and column 2 belong to two bins each. Resizing goes straight between the centres of pixels, $u = (i + \frac{1}{2})\,H/h - \frac{1}{2}$, so the ends of the second row below stay 0 and 40, and are not reached by extrapolation.
#
# 전체 $n$개 가운데 칸 $i$는 $\lfloor iH/n \rfloor$행부터 $\lceil (i+1)H/n \rceil - 1$행까지입니다. $n$이 $H$를 나누지 못하면 이웃한 칸이 한 행을 함께 씁니다. 아래에서는 1행과 2열이 두 칸에 모두 들어갑니다. 크기를 바꿀 때는 픽셀의 중심 $u = (i + \frac{1}{2})\,H/h - \frac{1}{2}$ 사이를 직선으로 잇습니다. 그래서 아래 두 번째 그림의 양 끝은 0과 40 그대로이고, 그 바깥으로 이어 늘린 값이 아닙니다.

# %% alt="A map of 3 × 5 numbers with its first of 2 × 2 bins outlined, the bins' means, and a row of three numbers resized to five"
with until_written():
    x = torch.arange(1.0, 16).reshape(1, 1, 3, 5)
    means = pyramid_pooling.bin_pool2d(x, 2)
    pictures.show_grids(
        {"map, bin (1, 0) outlined": x[0, 0], "means of 2 × 2 bins": means[0, 0]},
        {"map, bin (1, 0) outlined": (1, 0, 2, 3), "means of 2 × 2 bins": (1, 0, 1, 1)},
    )
    row = torch.tensor([0.0, 10, 40]).reshape(1, 1, 1, 3)
    resized = pyramid_pooling.bilinear_resize(row, (2, 5))
    pictures.show_grids({"a row": row[0, 0], "resized to 2 × 5": resized[0, 0]})

# %% [markdown]
# The same on a street scene, shrunk four times as if a network had done it. The bins drawn are those that your function averages: the picture asks its gradient which pixels a mean depends on.
#
# 거리 장면에서도 해 봅니다. 네트워크가 줄인 것처럼 4배로 줄였습니다. 그림의 칸은 여러분의 함수가 실제로 평균을 낸 칸입니다. 평균이 어느 픽셀에 의존하는지 기울기로 알아내어 그립니다.

# %% alt="A street scene with 1, 2, 3 and 6 bins a side drawn over it, the bins' means, and the means resized to the scene's size"
with until_written():
    scene = F.avg_pool2d(road_val[0][0][None], 4)
    pyramid, windows = {}, {}
    for bins in (1, 2, 3, 6):
        means = pyramid_pooling.bin_pool2d(scene, bins)
        back = pyramid_pooling.bilinear_resize(means, scene.shape[2:])
        pyramid[bins] = means[0], back[0]
        windows[bins] = pictures.bins_seen(pyramid_pooling.bin_pool2d, bins, scene.shape[2:])
    pictures.show_bins(scene[0], pyramid, windows)

# %% [markdown]
# The module puts the map first and its four levels after it. Each level has a quarter of the channels, so the result has twice as many as the input and the four 1 × 1 convolutions have in² weights, however many levels there are.
#
# 모듈은 맵을 맨 앞에 두고 네 단계를 뒤에 붙입니다. 단계마다 채널이 4분의 1이므로 결과의 채널은 입력의 두 배이고, 1 × 1 합성곱 네 개의 가중치는 단계가 몇 개든 모두 합쳐 in²개입니다.

# %%
with until_written():
    module = pyramid_pooling.PyramidPooling(2048)
    print(f"{sum(each.numel() for each in module.parameters()):,} weights for 2,048 channels")
    narrow = pyramid_pooling.PyramidPooling(8)
    features = torch.randn(2, 8, 5, 7)
    print(f"{tuple(features.shape)} becomes {tuple(narrow(features).shape)}")
    print(f"the input comes first: {torch.equal(narrow(features)[:, :8], features)}")

# %% nbgrader={"grade": true, "grade_id": "pyramid_pooling", "locked": true, "points": 20, "schema_version": 3, "solution": false, "task": false}
check("pyramid_pooling")  # the 20 points come from the hidden checks: README.md says how

# %% [markdown]
# ## 2 · Four figures for one map · 한 장의 맵, 네 가지 점수
#
# Count every pixel in the confusion matrix $n$, where $n_{ij}$ is how many pixels of class $i$ were given class $j$, with $t_i = \sum_j n_{ij}$ and the union $u_i = t_i + \sum_j n_{ji} - n_{ii}$. Long et al. 2015 (section 5) report four figures:
#
# 모든 픽셀을 혼동 행렬 $n$에 셉니다. $n_{ij}$는 클래스 $i$의 픽셀 가운데 $j$로 예측된 수이고, $t_i = \sum_j n_{ij}$, 합집합은 $u_i = t_i + \sum_j n_{ji} - n_{ii}$입니다. Long et al. 2015(5절)는 네 가지 점수를 씁니다.
#
# $$\frac{\sum_i n_{ii}}{\sum_i t_i} \qquad \frac{1}{\#}\sum_i \frac{n_{ii}}{t_i} \qquad \frac{1}{\#}\sum_i \frac{n_{ii}}{u_i} \qquad \frac{\sum_i t_i\, n_{ii} / u_i}{\sum_i t_i}$$
#
# pixel accuracy, mean accuracy, mean IU, frequency-weighted IU. What # counts is where implementations part: mean accuracy counts the classes that the truth has, mean IU those that truth or prediction have. · 차례로 픽셀 정확도, 평균 정확도, 평균 IU, 빈도 가중 IU입니다. 구현마다 갈리는 곳은 #입니다. 평균 정확도는 정답에 있는 클래스를, 평균 IU는 정답이나 예측에 있는 클래스를 셉니다.

# %%
with until_written():
    confusion = torch.tensor([[3, 1, 0], [2, 4, 2], [0, 0, 0]])
    for figure in (
        metrics.pixel_accuracy,
        metrics.mean_accuracy,
        metrics.mean_iu,
        metrics.frequency_weighted_iu,
    ):
        print(f"{figure.__name__:<22} {figure(confusion):.6f}")

# %% [markdown]
# One prediction, as coarse as if a network had no skips, and all four. Then the same with a third class that nobody has and nobody predicts: nothing moves. Then 1 pixel in 300 is called the third class: accuracies hardly notice, and mean IU falls by a third, for the class counts with an IU of 0.
#
# skip이 없는 네트워크처럼 거친 예측 하나를 네 가지로 잽니다. 다음에는 정답에도 예측에도 없는 세 번째 클래스를 더합니다. 아무것도 바뀌지 않습니다. 그다음에는 픽셀 300개 가운데 하나를 세 번째 클래스라고 예측합니다. 정확도는 거의 그대로인데 평균 IU는 3분의 1이 떨어집니다. 그 클래스의 IU가 0으로 들어가기 때문입니다.

# %% alt="Truth and two predictions, and the four figures of three cases as bars"
with until_written():
    target = road_val[0][1]
    truth = F.one_hot((target == 1).long(), 2).movedim(2, 0).float()
    coarse = F.interpolate(F.avg_pool2d(truth, 8)[None], size=target.shape, mode="bilinear")[0]
    prediction = coarse.max(dim=0).indices
    strays = prediction.clone()
    strays.view(-1)[::300] = 2
    figures = {
        "2 classes": metrics.segmentation_scores(prediction, target, 2).tolist(),
        "3, one absent": metrics.segmentation_scores(prediction, target, 3).tolist(),
        "3, one predicted": metrics.segmentation_scores(strays, target, 3).tolist(),
    }
    pictures.show_label_maps(
        {"truth (white does not count)": target, "prediction": prediction, "with strays": strays}
    )
    pictures.show_figures(figures)

# %% nbgrader={"grade": true, "grade_id": "metrics", "locked": true, "points": 15, "schema_version": 3, "solution": false, "task": false}
check("metrics")  # the 15 points come from the hidden checks: README.md says how

# %% [markdown]
# ## 3 · Switches · 스위치
#
# ### 3.1 Pooling that remembers · 위치를 기억하는 풀링
#
# Max pooling keeps the largest value and forgets where it lay. **Switches** keep the place: row · W + column, in the plane of the value's own sample and channel. Unpooling puts each value back there. Beside it, two ways that know no switches: every value repeated over its window (nearest), and in its window's upper left corner (bed of nails).
#
# 최대 풀링은 가장 큰 값만 남기고 그 위치는 잊습니다. **스위치**는 위치를 기억합니다. 자기 표본과 채널의 평면에서 센 행 · W + 열입니다. 언풀링은 값을 그 자리에 되돌려 놓습니다. 옆의 두 그림은 스위치를 쓰지 않는 방법입니다. 창 전체에 반복하거나(nearest) 창의 왼쪽 위에 놓습니다(bed of nails).

# %% alt="A map of numbers, its maxima and switches, and the maxima brought back by switches, nearest and bed of nails"
with until_written():
    before = torch.tensor([[1.0, 2, 6, 3, 1, 4], [3, 5, 2, 1, 0, 2], [1, 2, 2, 1, 9, 3],
                           [7, 3, 4, 8, 5, 6]])[None, None]  # fmt: skip
    values, switches = deconvnet.max_pool_with_switches(before, 2)
    put_back = deconvnet.unpool_with_switches(values, switches, (4, 6))
    corners = torch.tensor([[0, 2, 4], [12, 14, 16]])[None, None]
    nails = deconvnet.unpool_with_switches(values, corners, (4, 6))
    pictures.show_grids(
        {
            "before": before[0, 0],
            "values": values[0, 0],
            "switches": switches[0, 0],
            "with switches": put_back[0, 0],
            "nearest": F.interpolate(values, scale_factor=2)[0, 0],
            "bed of nails": nails[0, 0],
        }
    )

# %% [markdown]
# ### 3.2 Boundaries before and after · 경계의 앞과 뒤
#
# Cells under the microscope, dark made bright so that membranes are what pooling keeps; pooled twice, and brought back twice. The orange lines are the true borders between cell and membrane. Below, only the brightest three values of ten are left: with switches they lie on the membranes again, without them wherever the windows happen to lie. The convolutions behind an unpooling fill the gaps, but they start from the right places.
#
# 현미경으로 본 세포입니다. 풀링이 막을 남기도록 밝기를 뒤집고, 두 번 풀링한 다음 두 번 되돌립니다. 주황색 선은 세포와 막의 실제 경계입니다. 아래 줄에는 가장 밝은 값 열에 셋만 남겼습니다. 스위치를 쓰면 다시 막 위에 놓이고, 쓰지 않으면 창이 있던 자리에 놓입니다. 언풀링 뒤의 합성곱은 빈 곳을 채우는데, 올바른 자리에서 시작하게 됩니다.

# %% alt="Cells pooled twice and brought back by switches, nearest and bed of nails, and the brightest of these values, with the true borders"
with until_written():
    part = slice(16, 80), slice(40, 120)
    membranes = -cell_val[0][0][None, :, *part]
    membranes = membranes - membranes.min() + 0.1  # a 0 is where nothing was put
    borders = cell_val[0][1][part]
    size, half = tuple(membranes.shape[2:]), (32, 40)
    once, switches1 = deconvnet.max_pool_with_switches(membranes, 2)
    twice, switches2 = deconvnet.max_pool_with_switches(once, 2)
    half_way = deconvnet.unpool_with_switches(twice, switches2, half)
    corners = torch.arange(64 * 80).reshape(1, 1, 64, 80)[:, :, ::4, ::4]
    ways = {
        "with switches": deconvnet.unpool_with_switches(half_way, switches1, size),
        "nearest": F.interpolate(twice, scale_factor=4),
        "bed of nails": deconvnet.unpool_with_switches(twice, corners, size),
    }
    brightest = {name: (way >= twice.quantile(0.7)).float() for name, way in ways.items()}
    pictures.show_images(
        {"dark made bright": membranes[0]} | {name: way[0] for name, way in ways.items()}, borders
    )
    pictures.show_images(
        {"pooled twice": twice[0]}
        | {f"{name}, brightest": way[0] for name, way in brightest.items()},
        borders,
    )
    for name, way in brightest.items():
        share = way[0, 0][borders != 1].sum() / way.sum()
        print(f"{name:<14} {share:.0%} of the brightest lie on membranes or borders")

# %% [markdown]
# ### 3.3 DeconvNet
#
# VGG-16 with batch normalisation down to a single 1 × 1 map, and its mirror back up. Each unpooling takes the switches of its mirror: the last pooling's are used first. The table is counted from **your** model at full size: it must give 251,805,653 parameters and 1,007.223 MB as float32. Below it, the sizes in a narrow one, for an image of 224 × 256.
#
# 배치 정규화를 넣은 VGG-16으로 1 × 1까지 줄였다가 거울처럼 뒤집은 층들로 되돌립니다. 언풀링은 자기와 마주 보는 풀링의 스위치를 쓰므로 마지막 풀링의 스위치를 가장 먼저 씁니다. 표는 **여러분의** 모델을 전체 크기로 만들어 센 것입니다. 파라미터 251,805,653개, float32로 1,007.223 MB가 나와야 합니다. 그 아래는 폭을 줄인 네트워크에서 224 × 256 영상의 크기가 바뀌는 과정입니다.

# %%
with until_written():
    with torch.device("meta"):  # shapes without numbers: nothing is allocated
        full_size = deconvnet.DeconvNet()
    print(systems.summary(full_size))
    narrow = deconvnet.DeconvNet(num_classes=2, base_channels=1, fc_channels=4).eval()
    with torch.no_grad():
        sizes = systems.output_sizes(narrow, torch.zeros(1, 3, 224, 256))
    print("\n" + ", ".join(f"{name} {height} × {width}" for name, (height, width) in sizes.items()))

# %% nbgrader={"grade": true, "grade_id": "deconvnet", "locked": true, "points": 25, "schema_version": 3, "solution": false, "task": false}
check("deconvnet")  # the 25 points come from the hidden checks: README.md says how

# %% [markdown]
# ## 4 · Seeing further · 더 멀리 보기
#
# ### 4.1 Holes in the kernel · 커널 속의 구멍
#
# An **atrous** convolution lets its taps lie $r$ apart: nine weights that look at 3 × 3, 5 × 5 or 13 × 13 pixels, at the same cost. Below, the nine taps at three rates, drawn by your own function: it convolves a single 1 with a kernel of ones.
#
# **Atrous** 합성곱은 탭 사이를 $r$만큼 벌립니다. 가중치 아홉 개로 같은 비용에 3 × 3, 5 × 5, 13 × 13 픽셀을 봅니다. 아래는 여러분의 함수가 그린 아홉 개의 탭입니다. 1 하나를 1로 채운 커널과 합성곱했습니다.

# %% alt="The nine taps of a 3 × 3 kernel at rates 1, 2 and 6"
with until_written():
    point = torch.zeros(1, 1, 17, 21)
    point[0, 0, 8, 10] = 1
    ones = torch.ones(1, 1, 3, 3)
    pictures.show_paths(
        {
            f"rate {rate}: {atrous.effective_kernel_size(3, rate)} rows": atrous.atrous_conv2d(
                point, ones, rate=rate, padding=rate
            )[0, 0]
            for rate in (1, 2, 6)
        }
    )

# %% [markdown]
# ### 4.2 The checkerboard · 바둑판
#
# Put three such layers in a row and ask on how many paths each pixel reaches one output. With rates 1, 1, 1 all of 7 × 7 do. With 2, 2, 2 the output sees 13 × 13 pixels, but about three quarters of them not at all: a **checkerboard** ("gridding"). Each of its neighbours sees another quarter. Rates 1, 2, 3 leave no hole. On the right of the second row: cells averaged by three layers at rate 4. Neighbouring pixels are computed from different pixels, and it shows.
#
# 이런 층을 세 개 쌓고, 픽셀마다 출력 하나에 이르는 길이 몇 개인지 셉니다. rate가 1, 1, 1이면 7 × 7 픽셀이 모두 이릅니다. 2, 2, 2이면 13 × 13을 보지만 그 가운데 약 4분의 3은 전혀 보지 못합니다. 이것이 **바둑판 현상**("gridding")이고, 이웃한 출력은 저마다 또 다른 4분의 1을 봅니다. rate가 1, 2, 3이면 구멍이 없습니다. 둘째 줄 오른쪽은 rate 4인 층 세 개로 평균을 낸 세포 영상입니다. 이웃한 픽셀을 서로 다른 픽셀들로 계산했다는 것이 눈에 보입니다.

# %% alt="Paths from pixels to one output through three layers of rates 1 1 1, 2 2 2, 4 4 4 and 1 2 3; cells averaged at rates 1 and 4"
with until_written():

    def stacked(x: torch.Tensor, rates: tuple[int, ...], kernel: torch.Tensor) -> torch.Tensor:
        for rate in rates:
            x = atrous.atrous_conv2d(x, kernel, rate=rate, padding=rate)
        return x

    point = torch.zeros(1, 1, 27, 31)
    point[0, 0, 13, 15] = 1
    pictures.show_paths(
        {
            f"rates {rates}": stacked(point, rates, ones)[0, 0]
            for rates in ((1, 1, 1), (2, 2, 2), (4, 4, 4), (1, 2, 3))
        }
    )
    part = cell_val[0][0][None, :, 16:80, 40:120]
    pictures.show_images(
        {
            "cells": part[0],
            "averaged, rates (1, 1, 1)": stacked(part, (1, 1, 1), ones / 9)[0],
            "averaged, rates (4, 4, 4)": stacked(part, (4, 4, 4), ones / 9)[0],
        }
    )

# %% [markdown]
# ### 4.3 Output stride 8, the same weights · 출력 보폭 8, 같은 가중치
#
# VGG-16 gives one score for 32 × 32 pixels. Dropping the stride of its last two poolings gives one for 8 × 8, but then the layers behind them see too little; multiplying their rates by the strides that were dropped gives them back what they saw. In figures: 212 rows before and after.
#
# VGG-16은 32 × 32 픽셀에 점수를 하나 냅니다. 마지막 두 풀링의 보폭을 없애면 8 × 8마다 하나가 되지만, 그 뒤의 층들이 보는 범위가 줄어듭니다. 없앤 보폭만큼 rate를 곱하면 보던 것을 다시 보게 됩니다. 숫자로는 앞뒤 모두 212행입니다.

# %% alt="The receptive field after each layer of VGG-16: at output stride 32, at 8 with rates, and at 8 without"
with until_written():
    dense = atrous.with_output_stride(systems.VGG16, 8)
    no_rates = [(kernel, stride, 1) for kernel, stride, _ in dense]
    fields = {
        name: [atrous.receptive_field(layers[:depth]) for depth in range(len(layers) + 1)]
        for name, layers in (
            ("output stride 32", systems.VGG16),
            ("output stride 8, by rate", dense),
            ("output stride 8, rates left at 1", no_rates),
        )
    }
    pictures.show_fields(fields, ["image", *systems.NAMES])
    print({name: rows[-1] for name, rows in fields.items()})

# %% [markdown]
# And it is the same network: the weights of one trunk loaded into the other. Every fourth score of the dense one is a score of the coarse one; the fifteen others lie between.
#
# 그리고 둘은 같은 네트워크입니다. 한쪽의 가중치를 다른 쪽에 넣었습니다. 촘촘한 쪽의 점수를 네 칸마다 뽑으면 성긴 쪽의 점수이고, 나머지 열다섯 개는 그 사이에 있습니다.

# %% alt="The features of a street scene at output stride 32 and at 8, and every fourth of the latter"
with until_written(), torch.no_grad():
    torch.manual_seed(SEED)
    coarse_trunk = systems.trunk(systems.VGG16, base_channels=6)
    dense_trunk = systems.trunk(atrous.with_output_stride(systems.VGG16, 8), base_channels=6)
    training.initialise(coarse_trunk)
    dense_trunk.load_state_dict(coarse_trunk.state_dict())
    image = road_val[0][0][None, :, :96, :160]
    few, many = coarse_trunk(image), dense_trunk(image)
    channel = int(few.std(dim=(0, 2, 3)).argmax())
    pictures.show_images(
        {
            "image": image[0],
            f"stride 32: {few.shape[2]} × {few.shape[3]}": few[0, [channel]],
            f"stride 8: {many.shape[2]} × {many.shape[3]}": many[0, [channel]],
            "every fourth of these": many[0, [channel], ::4, ::4],
        }
    )
    difference = (many[:, :, ::4, ::4] - few).abs().max() / few.abs().max()
    print(f"largest relative difference: {difference:.1e}")

# %% nbgrader={"grade": true, "grade_id": "atrous", "locked": true, "points": 25, "schema_version": 3, "solution": false, "task": false}
check("atrous")  # the 25 points come from the hidden checks: README.md says how

# %% [markdown]
# ## 5 · Every pixel asks every other · 모든 픽셀이 서로에게 묻다
#
# Scores that come every 8 pixels know what is where, but not exactly where it ends. The image does. In a **fully connected CRF** every pixel listens to all others, most to those that are near and of its colour, a little to whatever is very near (Krähenbühl & Koltun 2011, equation 3):
#
# 8픽셀마다 나오는 점수는 무엇이 어디쯤 있는지는 알지만 정확히 어디서 끝나는지는 모릅니다. 그것은 영상이 압니다. **완전 연결 CRF**에서는 모든 픽셀이 다른 모든 픽셀의 말을 듣습니다. 가깝고 색이 비슷한 픽셀의 말을 가장 많이, 바로 옆에 있는 픽셀의 말을 조금 듣습니다(Krähenbühl & Koltun 2011, 식 3).
#
# $$k(i, j) = w_1 \exp\left(-\frac{|p_i - p_j|^2}{2\theta_\alpha^2} - \frac{|I_i - I_j|^2}{2\theta_\beta^2}\right) + w_2 \exp\left(-\frac{|p_i - p_j|^2}{2\theta_\gamma^2}\right)$$
#
# All pairs are written out here, so the crop is small: 32 × 40 pixels are 1.6 million pairs. To whom does the outlined pixel listen? · 여기서는 모든 쌍을 그대로 계산하므로 작은 조각만 씁니다. 32 × 40 픽셀이면 160만 쌍입니다. 테두리를 친 픽셀은 누구의 말을 들을까요?

# %% alt="A crop of a street scene, and how much one pixel listens to each other one by appearance and by smoothness"
CROP = 11, slice(75, 107), slice(112, 152)
CRF = {"appearance_weight": 4.0, "theta_alpha": 15.0, "theta_beta": 20.0, "theta_gamma": 3.0}
with until_written():
    number, *crop = CROP
    street, street_target = road_val[number]
    colours = systems.as_pixels(street)[:, *crop]
    crop_target = street_target[*crop]
    H, W = crop_target.shape
    here = 14 * W + 12
    appearance = crf.appearance_kernel(colours, theta_alpha=15.0, theta_beta=20.0)
    smoothness = crf.smoothness_kernel(H, W, theta_gamma=3.0)
    pictures.show_images(
        {
            "crop": colours,
            "appearance": appearance[here].reshape(1, H, W),
            "smoothness": smoothness[here].reshape(1, H, W),
        },
        window=(14, 12, 1, 1),
    )

# %% [markdown]
# Then all pixels decide anew, at once, from what they heard: the class that others speak for becomes likelier. No pixel hears itself. A few such **mean-field** updates turn coarse scores into a map whose borders are those of the image. Here the scores are the truth, averaged over 8 × 8 pixels.
#
# 그런 다음 모든 픽셀이 들은 것을 바탕으로 동시에 새로 정합니다. 다른 픽셀들이 지지하는 클래스의 확률이 올라갑니다. 자기 자신의 말은 듣지 않습니다. 이런 **평균장** 갱신을 몇 번 하면 거친 점수의 경계가 영상의 경계로 옮겨 갑니다. 여기서는 정답을 8 × 8 픽셀씩 평균 내어 점수로 씁니다.

# %% alt="Probabilities and predictions of the crop before, after one and after five mean-field updates"
with until_written():
    truth = F.one_hot((street_target == 1).long(), 2).movedim(2, 0).float()
    coarse = F.interpolate(F.avg_pool2d(truth, 8)[None], scale_factor=8, mode="bilinear")[0]
    scores = 6 * coarse[:, *crop]
    refined = {
        name: crf.refine(scores, colours, steps, **CRF)
        for name, steps in (("before", 0), ("after 1 update", 1), ("after 5 updates", 5))
    }
    pictures.show_refined(colours, crop_target, refined)
    for name, q in refined.items():
        wrong = (q.max(dim=0).indices != crop_target) & (crop_target != training.IGNORE)
        print(f"{name}: {int(wrong.sum())} wrong pixels")

# %% nbgrader={"grade": true, "grade_id": "crf", "locked": true, "points": 15, "schema_version": 3, "solution": false, "task": false}
check("crf")  # the 15 points come from the hidden checks: README.md says how

# %% [markdown]
# ## 6 · The same time for each · 똑같은 시간 동안
#
# ### 6.1 Three narrow systems · 폭을 줄인 세 네트워크
#
# `systems.py` puts around your modules what a network needs. DeepLab and PSPNet share a trunk, VGG-16's convolutions with 6 channels in the first stage instead of 64 and random weights, at output stride 8; on it stand your `ASPP` or your `PyramidPooling`. DeconvNet is your own with 6 channels, too. It wants at least 224 × 224, so an image is mirrored at its borders until it is that large, and the scores of the image itself are kept.
#
# `systems.py`가 여러분의 모듈에 네트워크가 되는 데 필요한 나머지를 붙입니다. DeepLab과 PSPNet은 같은 몸통을 씁니다. 첫 단계의 채널을 64개에서 6개로 줄이고 무작위 가중치로 시작하는 VGG-16의 합성곱으로, 출력 보폭은 8입니다. 그 위에 여러분의 `ASPP`나 `PyramidPooling`이 놓입니다. DeconvNet도 여러분의 네트워크를 6채널로 줄인 것입니다. 224 × 224 이상이 필요하므로 영상의 가장자리를 거울처럼 뒤집어 그만큼 키우고, 점수는 원래 영상의 것만 씁니다.
#
# To see FCN-8s and U-Net beside them, put your own `fcn8s.py`, `transposed_conv.py` and `unet.py` of the first assignment into this folder, and run the cell again. They are not graded here, even where they go along. · FCN-8s와 U-Net도 나란히 보려면 첫 과제에서 작성한 `fcn8s.py`, `transposed_conv.py`, `unet.py`를 이 폴더에 넣고 셀을 다시 실행하세요. 함께 제출되더라도 이번 과제에서는 채점하지 않습니다.

# %%
open_split = {"roads": roads, "cells": cells}[DATA]
train_set, val_set = list(open_split("train")), list(open_split("val"))
known = systems.of_first_assignment(num_classes=2)

# %% [markdown]
# All are trained from scratch for the same processor time, whatever an image costs them: a fast one sees more images. · 모두 처음부터 똑같은 프로세서 시간 동안 학습합니다. 영상 한 장에 걸리는 시간이 짧은 네트워크는 그만큼 많은 영상을 봅니다.

# %%
trained, histories = {}, {}
for name, system in (known | systems.SYSTEMS).items():
    with until_written():
        model = system.build(2)
        print(f"{name}: {sum(each.numel() for each in model.parameters()):,} parameters")
        history = training.train(model, train_set, seconds=SECONDS, batch=system.batch, seed=SEED)
        if history.too_slow:
            took = history.seconds[-1]
            print(f"One step takes {took:.1f} s: loops are right, but too slow to train with.")
            print(f"한 걸음에 {took:.1f}초가 걸립니다. 반복문은 옳지만 학습하기에는 너무 느립니다.")
        else:
            trained[name], histories[name] = model, history

# %% alt="The training losses over processor seconds, and each network's predictions and errors beside the truth"
if trained:
    pictures.show_losses(histories)
    pictures.show_beside(trained, val_set, [1, 4])

# %% [markdown]
# ### 6.2 In figures · 숫자로
#
# Your own four figures of the validation split. One training says little: the order may change with the seed, the time and the data. With 20 seconds each and three seeds, the solutions' DeepLab reached a mean IU of 0.84 – 0.89 on roads and PSPNet 0.85 – 0.92, DeconvNet 0.49 – 0.58; on cells all three stayed below 0.5. Thin membranes (`DATA = "cells"`) tell more of output stride 8 than wide roads do.
#
# 검증 데이터에서 여러분의 네 가지 점수로 잰 결과입니다. 학습 한 번으로 말할 수 있는 것은 많지 않습니다. 순서는 시드와 시간과 데이터에 따라 바뀔 수 있습니다. 20초씩 시드 셋으로 학습했을 때 모범 답안의 mean IU는 도로에서 DeepLab 0.84–0.89, PSPNet 0.85–0.92, DeconvNet 0.49–0.58이었고, 세포에서는 셋 다 0.5를 넘지 못했습니다. 얇은 막(`DATA = "cells"`)은 넓은 도로보다 출력 보폭 8의 한계를 잘 보여 줍니다.

# %% alt="The four figures of each network on the validation split, as bars"
with until_written():
    figures = {
        name: training.evaluate(model, val_set, num_classes=2).tolist()
        for name, model in trained.items()
    }
    if figures:
        pictures.show_figures(figures)

# %% [markdown]
# ### 6.3 And the CRF behind it · 그리고 그 뒤의 CRF
#
# DeepLab ends with the CRF. Its own scores on the crop of section 5, before and after. The CRF follows colour: it sharpens what the network knows, and where the network is wrong it may spread the error. On a whole image brute force is too slow: the paper's filtering approximates the same sums in time proportional to the number of pixels.
#
# DeepLab은 CRF로 끝납니다. 5절의 조각에서 DeepLab의 점수를 다듬기 전과 후입니다. CRF는 색을 따라갑니다. 네트워크가 아는 것은 또렷하게 하지만 네트워크가 틀린 곳에서는 오류를 퍼뜨릴 수도 있습니다. 영상 전체를 이렇게 계산하기에는 너무 느립니다. 논문의 필터링은 같은 합을 픽셀 수에 비례하는 시간에 근사합니다.

# %% alt="DeepLab's probabilities and predictions of the crop before and after five mean-field updates"
with until_written():
    if "DeepLab" in trained and DATA == "roads":
        scores = training.scores_of(trained["DeepLab"], street)[:, *crop]
        refined = {
            name: crf.refine(scores, colours, steps, **CRF)
            for name, steps in (("before", 0), ("after 5 updates", 5))
        }
        pictures.show_refined(colours, crop_target, refined)
