// Buttons that ask the assistant something on the visitor's behalf.
const chat = document.querySelector("dong-hanh-chat");
for (const button of document.querySelectorAll("[data-ask]")) {
  button.addEventListener("click", () => (button.dataset.ask ? chat.ask(button.dataset.ask) : chat.open()));
}
