package quarantine

// Versions of what one part of the system writes and another reads, perhaps one of another
// release: a stack is updated while incidents are open, executions wait and questions are
// pending. What comes without a version is of version 0, from before these were written.
//
// A field that is added, and that a reader of before may ignore, makes no other version. What
// such a reader would misread does: docs/upgrades.md has the rules.
const (
	// PayloadVersion is that of what the definitions hand to functions, as Execution.Version. A
	// function goes on with a newer one, with what it knows of it, and logs that.
	PayloadVersion = 1
	// ItemVersion is that of the ledger's items, in their attribute "version". A newer item is read
	// as far as it is known, and never written: a write fails with NewerVersion.
	ItemVersion = 1
	// LinkVersion is that of links to the approval page, in their signed text. A newer link is
	// refused, with words.
	LinkVersion = 1
	// MessageVersion is that of the JSON of messages and events, in its field "version". Receivers
	// of others read it, and compare.
	MessageVersion = 1
)
