package quarantine

import (
	"errors"
	"fmt"
)

// Names of failures. The state machine's Retry and Catch fields name them, so
// they are part of the product's surface; the boundary reports each as the
// function's errorType.
const (
	// Input and policy.
	MalformedEvent = "MalformedEvent" // the event is no GuardDuty finding that can be read
	BadPolicy      = "BadPolicy"      // the policy does not parse
	BadRequest     = "BadRequest"     // a function was given input that it cannot work with

	// The instance and its surroundings; permanent.
	InstanceGone             = "InstanceGone"
	ThingGone                = "ThingGone" // what a measure changes does not exist any more
	InstanceInAnotherAccount = "InstanceInAnotherAccount"
	InstanceInAnotherRegion  = "InstanceInAnotherRegion"
	InstanceExempt           = "InstanceExempt"
	UserExempt               = "UserExempt" // the policy keeps the user's keys from being cut
	NoSubnet                 = "NoSubnet"
	SharedNetwork            = "SharedNetwork" // another account shares the network, and alone can cut
	NameTaken                = "NameTaken"     // something of others has the name that the product uses
	NotSupported             = "NotSupported"  // EC2 does not let this instance have the attribute
	QuotaReached             = "QuotaReached"
	AccessDenied             = "AccessDenied"
	BrakeTripped             = "BrakeTripped" // a limit of the policy is reached: a person is asked
	GroupInstead             = "GroupInstead" // the policy wants the security group in place of the cut
	Observed                 = "Observed"     // the policy has what EC2 shows observed: nothing is changed

	// Transient; retried by the state machine.
	Throttled   = "Throttled"
	Unavailable = "Unavailable" // a service failed, or did not answer in time
	Contended   = "Contended"   // others kept changing the same thing
	NotVerified = "NotVerified" // the read-back does not show what was done

	// Concurrency, evidence and news.
	LockLost         = "LockLost"         // another execution has taken the lock over
	IncidentReleased = "IncidentReleased" // the incident was released meanwhile: what comes now needs a new one
	NotReleased      = "NotReleased"      // something of the incident is still held: a person decides first
	NotNarrowed      = "NotNarrowed"      // what holds the instance beside its subnets is not sure enough to give these back
	NewerVersion     = "NewerVersion"     // a newer release has written the ledger's item: this one would misread it
	NoVolumes        = "NoVolumes"        // nothing to take a snapshot of
	EvidenceFailed   = "EvidenceFailed"   // a snapshot could not be taken or did not complete
	DryRunOperation  = "DryRunOperation"  // under [DryRun]: the service would have carried the call out
	NotTold          = "NotTold"          // no channel took the message
	Unexpected       = "Unexpected"       // anything without a name of its own
)

// Failure is an error with a name that the state machine knows. Its text says
// what happened and what to do, and is safe to show to anybody on call.
type Failure struct {
	Name string
	Err  error
}

// Error is the text without the name.
func (f *Failure) Error() string { return f.Err.Error() }

// Unwrap gives what the failure was made of.
func (f *Failure) Unwrap() error { return f.Err }

// Failf makes a failure; %w works as in fmt.Errorf.
func Failf(name, format string, args ...any) error {
	return &Failure{Name: name, Err: fmt.Errorf(format, args...)}
}

// NameOf is the name of the outermost failure in err's chain: what the state machine
// sees. Unexpected, if there is none; "" for nil.
func NameOf(err error) string {
	if err == nil {
		return ""
	}
	if f, ok := errors.AsType[*Failure](err); ok {
		return f.Name
	}
	return Unexpected
}

// Is tells whether err is a failure of that name.
func Is(err error, name string) bool { return err != nil && NameOf(err) == name }

// Passes tells whether a failure passes by itself, so that the state machine
// retries it.
func Passes(err error) bool {
	switch NameOf(err) {
	case Throttled, Unavailable, Contended, NotVerified:
		return true
	}
	return false
}

// Each takes joined errors apart, however deep.
func Each(err error) []error {
	if err == nil {
		return nil
	}
	joined, ok := err.(interface{ Unwrap() []error })
	if !ok {
		return []error{err}
	}
	var out []error
	for _, e := range joined.Unwrap() {
		out = append(out, Each(e)...)
	}
	return out
}

// TransientFirst joins errors with those that pass by themselves first: the
// first failure names the whole, and a retry must go on with what it can do
// before the state machine gives up on the rest.
func TransientFirst(errs ...error) error {
	var passing, lasting []error
	for _, e := range Each(errors.Join(errs...)) {
		if Passes(e) {
			passing = append(passing, e)
		} else {
			lasting = append(lasting, e)
		}
	}
	return errors.Join(append(passing, lasting...)...)
}
