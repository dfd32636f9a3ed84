package account

import "slices"

// alarms are those that every deployment has, by their names after the stack's: one that was deleted by hand
// rings for nobody, and is in no list.
var alarms = []string{
	"ApprovalExpiring", "ApprovalFailing", "ApprovalUnsuccessful", "BrakeTripped", "ChannelFailed",
	"ContainmentLate", "ContainmentUnsuccessful", "CutSlow", "DeadLetters", "DeadLettersAging", "FindingLost",
	"ForensicsFailing", "FunctionsThrottled", "IsolateFailing", "IsolationFailed", "LedgerFailing",
	"MeasuresInstanceFailing", "MeasuresNetworkFailing", "MeasuresScalingFailing", "NewsUndelivered",
	"NotifyFailing", "PolicyRefused", "PreflightFailing", "PreflightRed", "PreflightSilent",
	"PreflightUnsuccessful", "ReleaseFailing", "ReleaseUnsuccessful", "RuleFailing", "TriageFailing",
	"WatchFailing", "WatchNotStarted", "WatchSilent", "WatchUnsuccessful",
}

// Alarms are the names of all alarms that every deployment has, without the stack's and its hyphen.
func Alarms() []string { return slices.Clone(alarms) }
