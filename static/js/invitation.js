/** « Ouvrir mon compte avec une clé d’accès »: the device makes a key for an account that opens once the form is sent. */
const form = document.getElementById("open-account");
const button = document.getElementById("open-with-key");
const fault = document.getElementById("passkey-fault");
let isAsking = false;

button.addEventListener("click", async () => {
  if (isAsking) return;
  isAsking = true;
  fault.hidden = true;
  try {
    await ask();
  } catch {
    // Nobody answered, or the network did not; the other ways in are below.
    fault.hidden = false;
  }
  isAsking = false;
});

async function ask() {
  const answer = await fetch(form.dataset.key, { method: "POST", body: new FormData(form) });
  if (answer.status === 422) {
    // A name is missing: the page says it beside its field.
    form.elements.password.value = "";
    form.submit();
    return;
  }
  if (!answer.ok) throw new Error(`${answer.status}`);
  const credential = await window.webauthnJSON.create(await answer.json());
  form.elements.credential.value = JSON.stringify(credential);
  form.submit();
}
