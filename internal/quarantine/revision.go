package quarantine

// Revision is one version of a text that people change, such as a policy.
type Revision struct {
	Version int64 // from 1
	Text    string
}
