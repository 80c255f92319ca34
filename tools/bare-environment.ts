// Run before every test file: the tests and what they start see nothing of the cloud that whoever runs them is signed in to, and
// no wish about colour. REMNANT_TEST_* says what tests run on.

for (const name of Object.keys(process.env)) {
  if (/^(?:OS_.*|REMNANT_(?!TEST_).*|NO_COLOR|FORCE_COLOR)$/.test(name)) delete process.env[name];
}
