"""Rasa as a library. Entering this room keeps TensorFlow out of the process, and messages out of the logs."""

import logging

import structlog

from bot.engine.quiet_tensorflow import block_tensorflow
from bot.engine.quiet_warnings import ignore_old_deprecations

block_tensorflow()
ignore_old_deprecations()
# Rasa's debug events quote what people write; without this line every one of them is printed.
structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))
