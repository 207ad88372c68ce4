// The login page: sends the password, and goes to the dashboard with the session's cookie.

import { post } from "/static/api.js";

const form = document.getElementById("login");
const password = document.getElementById("password");
const problem = document.getElementById("problem");

form.addEventListener("submit", async (event) => {
  event.preventDefault();
  problem.textContent = "";
  try {
    await post("/login", { password: password.value });
    location.replace("/");
  } catch (error) {
    problem.textContent =
      error.code === "wrong_password" ? "That is not the password." : error.message;
    password.select();
  }
});
