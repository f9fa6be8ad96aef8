// Small parts that several sections of report.html use.
#pragma once

#include <string>
#include <string_view>

#include "reports/model/report.h"
#include "reports/render/html/html_writer.h"

namespace vfqual::reports {

// The verdict as sign and word, with its colour: colour is never the only sign.
void WriteVerdict(HtmlWriter& html, Verdict verdict, bool big = false);

// Stands where a guest has no result at all, which is not the same as a SKIP.
void WriteNoResult(HtmlWriter& html);

// The log's path, as a link where it stays in the run folder.
void WriteLog(HtmlWriter& html, const std::string& path);

// A pair of a list of facts; nothing for an empty value.
void WriteFact(HtmlWriter& html, std::string_view what, const std::string& value);

// The head of a column; that of times stands over its numbers.
void WriteColumnHead(HtmlWriter& html, std::string_view title);

// A table cell with a link to itself: the row's `id` is an anchor to share.
void WriteNameCell(HtmlWriter& html, const std::string& anchor, std::string_view text);

// The style of a table with a column for each guest: wide enough for them, and scrolled where the page is not.
std::string MatrixWidth(const CellReport& cell);

// "c1-stage-boot": letters, digits and dashes of the text, for ids.
std::string Slug(std::string_view text);

}  // namespace vfqual::reports
