"""An upload may take as long as the service needs to pin it.

The 90 seconds are waited out once and in full, while the other tests run: the calls begin with the
first test of this folder, and what came of them is looked at in its last.
"""

from .faults import CID
from .long_uploads import LongUploads


def test_an_upload_that_is_answered_after_90_seconds(long_uploads: LongUploads) -> None:
    assert long_uploads.result() == {"sync": CID, "async": CID}
    assert all(seen.whole for seen in long_uploads.server.seen)
