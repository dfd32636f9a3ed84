package quarantine

import (
	"fmt"
	"time"
)

// Would is what would have become of a finding that is observed.
type Would string

// What would have been done.
const (
	WouldCut      Would = "cut"       // it would have been cut off at once
	WouldAsk      Would = "ask"       // a person would have been asked first
	WouldGroup    Would = "group"     // the security group alone would have contained the instance
	WouldFail     Would = "fail"      // it would not have been cut, and people would have been told why
	WouldNotKnown Would = "not-known" // it could not be read
)

// Observation is what would have become of a finding, as read without changing anything: an
// estimate, as every cut changes what the next one meets.
type Observation struct {
	Would Would `json:"would"`
	// Why says why a person would have been asked, the group would have contained it, it would not
	// have been cut, or nothing is known.
	Why string `json:"why,omitempty"`
	// Failure names the failure with which the cut would have ended; "" where it would not have.
	Failure string `json:"failure,omitempty"`
	// Subnets are those that would have been cut, as EC2 shows them.
	Subnets []string `json:"subnets,omitempty"`
	// Quarantined says that all of them are under quarantine already.
	Quarantined bool `json:"quarantined,omitempty"`
	// Neighbours are what else is in those subnets; nil where the policy has nobody count, or the
	// resource is in no subnet.
	Neighbours *Neighbours `json:"neighbours,omitempty"`
	// Described is what AWS shows of the resource; nil where it shows nothing.
	Described *Described `json:"described,omitempty"`
	Warnings  []string   `json:"warnings,omitempty"`
	At        time.Time  `json:"at,omitzero"` // when it was read
}

// Others says in few words how many else would have been hit, after what would have been cut: ", with
// 7 others"; "" where nothing else would have been, or nobody counted.
func (o Observation) Others() string {
	n := o.Neighbours
	switch {
	case n == nil || o.Quarantined:
		return ""
	case n.NotKnown != "" || n.Total() == 0 && n.AtLeast:
		return ", with others, how many is not known"
	case n.Total() == 0:
		return ""
	}
	most, others := "", "others"
	if n.AtLeast {
		most = "at least "
	}
	if n.Total() == 1 {
		others = "other"
	}
	return fmt.Sprintf(", with %s%d %s", most, n.Total(), others)
}
