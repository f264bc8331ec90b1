// A table that is read aloud: a caption, heads of columns and rows. Text is only ever set as text.
export default function ({ data, parentElement }) {
  let table = parentElement.querySelector("table");
  if (!table) {
    // A wide table is pushed sideways on a narrow screen, by keyboard too.
    const frame = document.createElement("div");
    frame.tabIndex = 0;
    frame.setAttribute("role", "region");
    table = document.createElement("table");
    frame.appendChild(table);
    parentElement.appendChild(frame);
  }
  table.parentElement.setAttribute("aria-label", data.caption);
  table.replaceChildren();
  const add = (name, parent, text) => {
    const made = document.createElement(name);
    if (text !== undefined) made.textContent = text;
    parent.appendChild(made);
    return made;
  };
  add("caption", table, data.caption);
  const head = add("tr", add("thead", table));
  for (const name of data.columns) add("th", head, name).scope = "col";
  const body = add("tbody", table);
  for (const cells of data.rows) {
    const row = add("tr", body);
    cells.forEach((text, place) => {
      if (place === 0) add("th", row, text).scope = "row";
      else add("td", row, text);
    });
  }
}
