/** Says in words that a key did not answer: allauth's script only writes it to the console. */
document.addEventListener("allauth.error", (event) => {
  event.preventDefault();
  document.getElementById("passkey-fault").hidden = false;
});
