
// Gives every heading of a sortable table a button; without this the table stands as it is.
for (const table of document.querySelectorAll("table.sortable")) {
  const compare = new Intl.Collator(document.documentElement.lang, { numeric: true }).compare;
  const key = (row, column) => {
    const cell = row.cells[column];
    return cell.dataset.key ?? cell.textContent.trim();
  };
  const number = (text) => (text === "" ? -Infinity : Number(text));
  [...table.tHead.rows[0].cells].forEach((heading, column, headings) => {
    const button = document.createElement("button");
    button.type = "button";
    button.append(...heading.childNodes);
    heading.append(button);
    button.addEventListener("click", () => {
      const order = heading.ariaSort === "ascending" ? "descending" : "ascending";
      for (const other of headings) other.removeAttribute("aria-sort");
      heading.ariaSort = order;
      const sign = order === "ascending" ? 1 : -1;
      const by = "number" in heading.dataset
        ? (a, b) => number(key(a, column)) - number(key(b, column)) || 0
        : (a, b) => compare(key(a, column), key(b, column));
      const body = table.tBodies[0];
      body.append(...[...body.rows].sort((a, b) => sign * by(a, b)));
    });
  });
}
