// Package state has the names of those states of the definitions that programs
// look for in an execution's history.
package state

// States, each with the first of the definitions that have it.
const (
	// Of quarantine.asl.json.
	Triage                  = "Triage"
	Decide                  = "Decide"
	AcquireLock             = "AcquireLock"
	Isolate                 = "Isolate"
	IsolateByGroup          = "IsolateByGroup"
	Respond                 = "Respond"
	Contained               = "Contained"
	EvidenceFailed          = "EvidenceFailed"
	ContainedButUntold      = "ContainedButUntold"
	MeasureFailed           = "MeasureFailed"
	JoinIncident            = "JoinIncident"
	WasItReleased           = "WasItReleased"
	Joined                  = "Joined"
	MarkFailed              = "MarkFailed"
	ContainmentFailed       = "ContainmentFailed"
	ContainmentFailedUntold = "ContainmentFailedUntold"
	AskBeforeCut            = "AskBeforeCut"
	LeftUncut               = "LeftUncut"
	AwaitingDecision        = "AwaitingDecision"
	Told                    = "Told"
	Observe                 = "Observe"
	Observed                = "Observed"
	Untold                  = "Untold"
	Ignored                 = "Ignored"
	MalformedEvent          = "MalformedEvent"
	MalformedUntold         = "MalformedUntold"
	TriageFailed            = "TriageFailed"
	FannedOut               = "FannedOut"
	FanOutIncomplete        = "FanOutIncomplete"
	TellContained           = "TellContained"
	CaptureEvidence         = "CaptureEvidence"
	CheckEvidence           = "CheckEvidence"
	TellEvidenceFailed      = "TellEvidenceFailed"

	// Of quarantine-approval.asl.json.
	NothingToRelease = "NothingToRelease"
	ContainFailed    = "ContainFailed"
	KeptInSilence    = "KeptInSilence"
	Released         = "Released"
	ReleaseNotDone   = "ReleaseNotDone"
	Kept             = "Kept"
	KeptUntold       = "KeptUntold"
	AskingFailed     = "AskingFailed"

	// Of release.asl.json.
	ReleasedUntold      = "ReleasedUntold"
	ReleaseFailed       = "ReleaseFailed"
	ReleaseFailedUntold = "ReleaseFailedUntold"
	Narrow              = "Narrow"
	Narrowed            = "Narrowed"
	NarrowedUntold      = "NarrowedUntold"
	NotNarrowed         = "NotNarrowed"
	NarrowFailed        = "NarrowFailed"
	NarrowFailedUntold  = "NarrowFailedUntold"

	// Of watch.asl.json.
	Looked      = "Looked"
	NotPutRight = "NotPutRight"
	NotSeen     = "NotSeen"
	LookFailed  = "LookFailed"
)
