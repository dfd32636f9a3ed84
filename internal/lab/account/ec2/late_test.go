package ec2_test

import (
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"

	"github.com/ec2-quarantine/quarantine/internal/lab/account"
	"github.com/ec2-quarantine/quarantine/internal/lab/account/accounttest"
)

// late is a write whose values a test distinguishes: two of them, and the one that is in place.
type late struct {
	operation string
	write     func(value int) error // 1 or 2
	now       func() int            // 0 is neither
	winner    int                   // if 1 is carried out after 2
	refused   string
}

// lates has each kind of write once: those for which EC2 compares nothing, so that the last one
// wins, and the one that names what it replaces.
func lates(t *testing.T, of accounttest.Office) []late {
	group := func() string { return of.AddSecurityGroup(account.SecurityGroup{VPC: of.VPC}) }
	eni, groups := *interfacesOf(t, of, of.Web)[0].NetworkInterfaceId, []string{"", group(), group()}
	acls := []string{"", of.AddACL(account.ACL{VPC: of.VPC}), of.AddACL(account.ACL{VPC: of.VPC})}
	before, behaviours := of.Association(t, of.Front).NetworkAclAssociationId, []string{"", "terminate", "stop"}
	return []late{
		{
			operation: "ModifyNetworkInterfaceAttribute", winner: 1,
			write: func(v int) error { return setGroups(t, of, eni, groups[v]) },
			now:   func() int { return slices.Index(groups, *interfacesOf(t, of, of.Web)[0].Groups[0].GroupId) },
		},
		{
			operation: "ModifyInstanceAttribute", winner: 1,
			write: func(v int) error {
				_, err := of.EC2().ModifyInstanceAttribute(t.Context(), &ec2.ModifyInstanceAttributeInput{
					InstanceId: &of.Web, InstanceInitiatedShutdownBehavior: &types.AttributeValue{Value: &behaviours[v]},
				})
				return err
			},
			now: func() int {
				out, err := of.EC2().DescribeInstanceAttribute(t.Context(), &ec2.DescribeInstanceAttributeInput{
					InstanceId: &of.Web, Attribute: types.InstanceAttributeNameInstanceInitiatedShutdownBehavior,
				})
				accounttest.NoErr(t, err)
				return slices.Index(behaviours, aws.ToString(out.InstanceInitiatedShutdownBehavior.Value))
			},
		},
		{
			operation: "ReplaceNetworkAclAssociation", winner: 2, refused: "InvalidAssociationID.NotFound",
			write: func(v int) error {
				_, err := of.EC2().ReplaceNetworkAclAssociation(t.Context(), &ec2.ReplaceNetworkAclAssociationInput{AssociationId: before, NetworkAclId: &acls[v]})
				return err
			},
			now: func() int { return slices.Index(acls, *of.Association(t, of.Front).NetworkAclId) },
		},
	}
}

// A write that EC2 accepts and carries out later meets what was written meanwhile.
func TestALateWriteMeetsWhatWasWrittenMeanwhile(t *testing.T) {
	t.Parallel()
	for how, answered := range map[string]bool{"answered": true, "lost": false} {
		for n, name := range []string{"groups", "attribute", "association"} {
			t.Run(name+", "+how, func(t *testing.T) {
				t.Parallel()
				synctest.Test(t, func(t *testing.T) {
					of := accounttest.NewOffice(account.Options{})
					l := lates(t, of)[n]
					of.Inject(account.Fault{Operation: l.operation, Kind: account.Delayed, Delay: time.Minute, Answer: answered, Times: 1})
					first := len(of.Calls())
					if err := l.write(1); (err == nil) != answered {
						t.Fatalf("answered %v, with %v", answered, err)
					}
					time.Sleep(59 * time.Second)
					accounttest.NoErr(t, l.write(2))
					if got := l.now(); got != 2 {
						t.Errorf("before its time: %d", got)
					}
					time.Sleep(time.Second)
					call := of.Calls()[first]
					if got := l.now(); got != l.winner || call.Late != l.refused || !call.Delayed || call.Applied != (l.refused == "") {
						t.Errorf("afterwards: %d, want %d; on record %+v", got, l.winner, call)
					}
				})
			})
		}
	}
}
