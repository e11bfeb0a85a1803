"""Explorers to touch: each a plain model, a thin view and its script; a picture without a kernel.

A widget as the last line of a cell is shown live; printed, saved and compared is its `summary()`.
"""

from course_utils.widgets.alignment_view import AlignmentView
from course_utils.widgets.attention_stepper import AttentionStepper
from course_utils.widgets.attention_view import AttentionView
from course_utils.widgets.dot_product import DotProduct
from course_utils.widgets.mask_explorer import MaskExplorer
from course_utils.widgets.position_explorer import PositionExplorer
from course_utils.widgets.scale_explorer import ScaleExplorer
from course_utils.widgets.softmax_explorer import SoftmaxExplorer
from course_utils.widgets.training_dashboard import TrainingDashboard
from course_utils.widgets.translation_explorer import TranslationExplorer

__all__ = [
    "AlignmentView",
    "AttentionStepper",
    "AttentionView",
    "DotProduct",
    "MaskExplorer",
    "PositionExplorer",
    "ScaleExplorer",
    "SoftmaxExplorer",
    "TrainingDashboard",
    "TranslationExplorer",
]
