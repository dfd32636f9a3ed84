package ec2

import (
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"

	"github.com/ec2-quarantine/quarantine/internal/lab/account/call"
)

// DescribeAllNetworkACLs returns all network ACLs, in the format of the elements of NetworkAcls
// that "aws ec2 describe-network-acls" prints.
func (r *Resources) DescribeAllNetworkACLs() []any {
	r.service.Lock()
	defer r.service.Unlock()
	return call.PrintedAll(r.network.acls.all())
}

// DescribeAllSnapshots returns all snapshots, in the format of the elements of Snapshots that
// "aws ec2 describe-snapshots" prints.
func (r *Resources) DescribeAllSnapshots() []any {
	r.service.Lock()
	defer r.service.Unlock()
	var now []*types.Snapshot
	for _, s := range r.storage.snapshots.all() {
		d := s.describe(r)
		now = append(now, &d)
	}
	return call.PrintedAll(now)
}
