"""Wagtail's choosers without the inline script that starts each: the policy of the back office allows none.

`BaseChooser.render` writes `<script>new ImageChooser("id_cover", {…});</script>`. Ours writes the same as data, which
static/js/office/choosers.js reads. Blocks of a body are not concerned: Wagtail starts their choosers by itself.
"""

import json

from django.utils.html import format_html
from wagtail.admin.widgets import BaseChooser
from wagtail.admin.widgets.workflows import AdminTaskChooser


def render_as_data(self, name, value, attrs=None, renderer=None):
    """As `BaseChooser.render`, of Wagtail 8.0: the two must be compared when Wagtail changes."""
    value_data = self.get_value_data(value)
    return format_html(
        '{}<template data-starts="{}" data-for="{}" data-options="{}"></template>',
        self.render_html(name, value_data, attrs),
        self.js_constructor,
        attrs["id"],
        json.dumps(self.get_js_init_options(attrs["id"], name, value_data)),
    )


def write_no_script() -> None:
    """From now on, no chooser writes a script."""
    BaseChooser.render = render_as_data
    AdminTaskChooser.js_constructor = "createTaskChooser"
