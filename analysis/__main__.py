"""``python -m analysis`` is ``insiden``."""

import sys

from analysis.cli import main

sys.exit(main())
