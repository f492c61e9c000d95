/**
 * Brings the page up to date in place: a reader keeps the focus and the place they had scrolled to, which a page that
 * reloads itself takes away (WCAG 2.2.1). Where nothing answers the browser says so, so that no old green stays.
 */
export const statusPageScript = `
setInterval(async () => {
  if (document.hidden) return;
  let text = null;
  try {
    const answer = await fetch(location.href, { cache: "no-store" });
    if (answer.ok) text = await answer.text();
  } catch { text = null; }
  if (text === null) { location.reload(); return; }
  const fresh = new DOMParser().parseFromString(text, "text/html");
  const main = fresh.querySelector("main");
  if (main === null || main.innerHTML === document.querySelector("main").innerHTML) return;
  document.title = fresh.title;
  document.body.className = fresh.body.className;
  document.querySelector("main").replaceChildren(...main.childNodes);
}, 30000);
`;
