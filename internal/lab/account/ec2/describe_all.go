package ec2

import (
	"slices"
	"strconv"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
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

// Attributes returns what calls can set on instances and network interfaces, by their ids: an
// interface's instance and groups; an instance's termination and stop protection, shutdown
// behaviour, metadata endpoint and, as volume: and its id, whether a volume is deleted with it. Of a terminated instance
// there is none.
func (r *Resources) Attributes() map[string]map[string]string {
	r.service.Lock()
	defer r.service.Unlock()
	out := map[string]map[string]string{}
	for _, n := range r.network.interfaces.all() {
		ids := groupIDs(n.Groups)
		slices.Sort(ids)
		of := map[string]string{"groups": strings.Join(ids, ",")}
		if n.Attachment != nil {
			of["instance"] = aws.ToString(n.Attachment.InstanceId)
		}
		out[aws.ToString(n.NetworkInterfaceId)] = of
	}
	for _, i := range r.storage.instances.all() {
		if i.State != nil && i.State.Name == types.InstanceStateNameTerminated {
			continue
		}
		p := r.storage.protectionOf(i)
		of := map[string]string{
			"termination": strconv.FormatBool(p.termination), "stop": strconv.FormatBool(p.stop), "shutdown": string(p.shutdown),
		}
		if i.MetadataOptions != nil {
			of["endpoint"] = string(i.MetadataOptions.HttpEndpoint)
		}
		for _, m := range i.BlockDeviceMappings {
			if m.Ebs != nil {
				of["volume:"+aws.ToString(m.Ebs.VolumeId)] = strconv.FormatBool(aws.ToBool(m.Ebs.DeleteOnTermination))
			}
		}
		out[aws.ToString(i.InstanceId)] = of
	}
	return out
}
