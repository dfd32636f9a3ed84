package networkacl_test

import (
	"testing"

	"github.com/ec2-quarantine/quarantine/internal/lab/estate"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// Under a quarantine that the ledger does not know, only the ACL's tag tells what stood
// there before: the association of now is the quarantine's own, and never the original.
func TestTheAssociationOfAQuarantineIsNotRecordedAsTheOriginal(t *testing.T) {
	t.Parallel()
	for name, original := range map[string]string{"its tag names the original": "acl-own", "nothing tells": ""} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			e := estate.New(t, estate.Options{})
			e.AddQuarantineACL("vpc-1", "acl-ours")
			e.Swap("subnet-a", "acl-ours")
			if original != "" {
				e.Tag(t, "acl-ours", map[string]string{quarantine.TagOriginal + e.ID("subnet-a"): e.ID(original)})
			}
			if err := planned(t, e, "i-web").Apply(t.Context()); err != nil {
				t.Fatal(err)
			}
			on := e.Record("subnet-a")
			if len(on.Holders) != 1 || on.OriginalACL != original || on.OriginalAssociation != "" {
				t.Errorf("on record is %+v", on)
			}
		})
	}
}
