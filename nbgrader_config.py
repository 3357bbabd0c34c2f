"""nbgrader's settings for this course; nbgrader reads them when it is run in this folder.

docs/nbgrader.md says what a teaching assistant does with it.
"""

from pathlib import Path

from autograder.nbgrader import configure

c = get_config()  # noqa: F821 (nbgrader defines it)
# Times without a zone are in this one, and pages and tables show it.
configure(c, Path(__file__).parent, zone="Asia/Seoul")

c.CourseDirectory.course_id = "segmentation-course"

# Where students fetch and hand in: a folder that everybody on the machine can write.
# c.Exchange.root = "/srv/nbgrader/exchange"

# The language of the feedback: for everybody, and for single students by their ids.
c.TrustedAutograde.language = "en"
c.TrustedAutograde.languages = {}

# Late: points off for each day begun after the due date. A student's own stands in roster.csv.
c.AssignLatePenalties.plugin_class = "autograder.nbgrader.late.PointsADay"
c.PointsADay.points_a_day = 10
c.PointsADay.grace_minutes = 10

# What `nbgrader export` writes. The other one: --exporter=autograder.nbgrader.export.Canvas
c.ExportApp.plugin_class = "autograder.nbgrader.export.CourseOffice"
