package release

// Lease is for the test that compares it with the definition.
const Lease = lease
