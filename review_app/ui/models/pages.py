"""The pages of the shown document as a table: what became of each."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, QObject

from review_app.domain.display import isolated
from review_app.domain.dispositions import PageState
from review_app.ui import words
from review_app.ui.models.rows import Column, RowsModel


class PagesModel(RowsModel[PageState]):
    """Number, disposition, spans, and who says so."""

    PAGE, DISPOSITION, SPANS, SAID = range(4)

    def __init__(self, parent: QObject | None = None) -> None:
        def tr(text: str) -> str:
            return QCoreApplication.translate("PagesModel", text)

        follows = tr("follows from its spans")
        said = tr("{who}, {when}")

        def _spans(page: PageState) -> str:
            if not page.spans:
                return "–"
            return f"{page.spans} ({page.undecided}?)" if page.undecided else str(page.spans)

        def _spoken(page: PageState) -> str:
            return tr("{count} spans, {open} undecided").format(count=page.spans, open=page.undecided)

        def _said(page: PageState) -> str:
            if page.said is None:
                return follows
            by = said.format(who=isolated(page.said.actor), when=words.moment(page.said.at)[:10])
            return f"{isolated(page.said.detail)} · {by}" if page.said.detail else by

        def _tip(page: PageState) -> str:
            return words.tip(f"{words.page_disposition(page)} · {_said(page)}")

        super().__init__([
            Column(tr("P."), lambda p: str(p.number), lambda p: p.number, _tip, is_number=True,
                   heading=tr("Page")),
            Column(tr("Disposition"), words.page_disposition, words.page_disposition, _tip),
            Column(tr("Spans"), _spans, lambda p: p.spans, _tip, spoken=_spoken),
            Column(tr("Said by"), _said, _said, _tip),
        ], parent)
