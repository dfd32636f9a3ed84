package message

import (
	"testing"

	"github.com/ec2-quarantine/quarantine/internal/command"
	"github.com/ec2-quarantine/quarantine/internal/lab/golden"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// What is left to do without the product, of an instance and of a key, as people read it.
func TestWhatIsDoneByHand(t *testing.T) {
	t.Parallel()
	cut := onRecord()
	whole := measured()
	whole.Incident.Evidence.Status = quarantine.EvidenceComplete
	at := command.Place{Stack: "quarantine", Region: region}
	for name, r := range map[string]Record{
		"cut-alone": cut, "every-measure": whole, "opened": asRecorded(reopened(notPutRight)), "key": keyRecord(),
		"key-left": keyRecord(func(in *quarantine.Incident) { in.Status, in.Holds = quarantine.StatusFailed, nil }),
	} {
		golden.File(t, "testdata/by-hand/"+name+".txt", ByHandOf(*r.Incident, at))
	}
}

// What another incident holds, too, is not put back by hand, and that is said.
func TestWhatAnotherIncidentHoldsIsNotPutBackByHand(t *testing.T) {
	t.Parallel()
	says(t, ByHandOf(*onRecord().Incident, command.Place{}), []string{
		"--association-id aclassoc-0after --network-acl-id acl-0original",
		"subnet-0bbb2222 is held by inc-20261101-ffffffffff too: it is put back when the last of them lets go.",
	}, "subnet-0bbb2222 --query")
}
