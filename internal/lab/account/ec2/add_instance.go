package ec2

import (
	"fmt"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"
)

// Instance describes a running instance to create.
type Instance struct {
	ID            string
	Type          string // "" is t3.micro
	Image         string
	LaunchTime    time.Time // zero is now
	Profile       string    // ARN of the instance profile; "" is none
	Spot          bool
	InstanceStore bool // its root device is an instance store, and so it cannot be stopped
	Tags          map[string]string
	Interfaces    []Interface // the first is the primary one
	Volumes       []Volume    // the first is the boot volume
}

// Interface describes a network interface of an instance.
type Interface struct {
	ID        string
	Subnet    string
	PrivateIP string
	PublicIP  string // "" is none
	IPv6      []string
	Groups    []string // none means the VPC's default security group
	Type      string   // efa, trunk, branch; "" is interface
	Owner     string   // account ID; "" is the account's own
	// Forwards says that its source/destination check is off.
	Forwards bool
	// Tags are those that DescribeNetworkInterfaces shows.
	Tags map[string]string
	// TCPIdle is the idle timeout of its tracked TCP connections; 0 is the instance type's.
	TCPIdle time.Duration
	// RequesterManaged says that a service manages the interface, and nobody else may change it.
	RequesterManaged bool
	// Description and Requester, an account or a service's alias, are what DescribeNetworkInterfaces
	// shows of an interface that is no attachment.
	Description, Requester string
}

// Volume describes an EBS volume of an instance.
type Volume struct {
	ID        string
	Device    string // "" is /dev/xvda, /dev/xvdb and so on
	GiB       int    // 0 is 8
	Encrypted bool
	Tags      map[string]string
}

// AddInstance creates an instance with its interfaces and volumes, and returns its ID.
func (r *Resources) AddInstance(i Instance) string {
	defer r.service.Change()()
	id := r.idOr(i.ID, KindInstance.Prefix)
	if i.Type == "" {
		i.Type = "t3.micro"
	}
	if i.LaunchTime.IsZero() {
		i.LaunchTime = r.service.Now()
	}
	instance := &types.Instance{
		InstanceId: &id, InstanceType: types.InstanceType(i.Type), ImageId: aws.String(r.idOr(i.Image, "ami")),
		LaunchTime: aws.Time(i.LaunchTime.UTC()), State: instanceState(types.InstanceStateNameRunning),
		RootDeviceName: aws.String(deviceName(0)), RootDeviceType: types.DeviceTypeEbs, Tags: toTags(i.Tags),
		MetadataOptions: newMetadataOptions(),
	}
	if i.Profile != "" {
		instance.IamInstanceProfile = &types.IamInstanceProfile{Arn: &i.Profile}
	}
	if i.Spot {
		instance.InstanceLifecycle = types.InstanceLifecycleTypeSpot
	}
	if i.InstanceStore {
		instance.RootDeviceType = types.DeviceTypeInstanceStore
	}
	for n, eni := range i.Interfaces {
		instance.NetworkInterfaces = append(instance.NetworkInterfaces, r.newInterface(n, eni))
	}
	if len(instance.NetworkInterfaces) > 0 {
		showPrimary(instance, instance.NetworkInterfaces[0])
	}
	r.storage.instances.add(id, instance)
	r.addInterfaces(instance, func(n int) bool { return i.Interfaces[n].RequesterManaged })
	for n, v := range i.Volumes {
		r.attach(instance, n, v)
	}
	return id
}

func (r *Resources) newInterface(n int, eni Interface) types.InstanceNetworkInterface {
	subnet := must(r.network.subnets.get(eni.Subnet))("subnet", eni.Subnet)
	if eni.Owner == "" {
		eni.Owner = r.service.AccountID()
	}
	if eni.Type == "" {
		eni.Type = string(types.NetworkInterfaceTypeInterface)
	}
	out := types.InstanceNetworkInterface{
		NetworkInterfaceId: aws.String(r.idOr(eni.ID, "eni")), SubnetId: subnet.SubnetId, VpcId: subnet.VpcId,
		PrivateIpAddress: &eni.PrivateIP, OwnerId: &eni.Owner, InterfaceType: &eni.Type, Status: types.NetworkInterfaceStatusInUse,
		SourceDestCheck: aws.Bool(!eni.Forwards),
		Attachment:      &types.InstanceNetworkInterfaceAttachment{DeviceIndex: aws.Int32(int32(n)), Status: types.AttachmentStatusAttached},
	}
	primary := types.InstancePrivateIpAddress{PrivateIpAddress: &eni.PrivateIP, Primary: aws.Bool(true)}
	if eni.PublicIP != "" {
		out.Association = &types.InstanceNetworkInterfaceAssociation{PublicIp: &eni.PublicIP, IpOwnerId: aws.String(r.service.AccountID())}
		primary.Association = out.Association
	}
	out.PrivateIpAddresses = []types.InstancePrivateIpAddress{primary}
	for _, ip := range eni.IPv6 {
		out.Ipv6Addresses = append(out.Ipv6Addresses, types.InstanceIpv6Address{Ipv6Address: aws.String(ip)})
	}
	if eni.TCPIdle > 0 {
		out.ConnectionTrackingConfiguration = &types.ConnectionTrackingSpecificationResponse{TcpEstablishedTimeout: aws.Int32(int32(eni.TCPIdle.Seconds()))}
	}
	out.Groups = r.groupsOr(eni.Groups, *subnet.VpcId)
	return out
}

func (r *Resources) groupsOr(ids []string, vpc string) []types.GroupIdentifier {
	var out []types.GroupIdentifier
	for _, id := range ids {
		g := must(r.network.groups.get(id))("security group", id)
		out = append(out, types.GroupIdentifier{GroupId: g.GroupId, GroupName: g.GroupName})
	}
	if len(ids) > 0 {
		return out
	}
	for _, g := range r.network.groups.all() {
		if aws.ToString(g.VpcId) == vpc && aws.ToString(g.GroupName) == "default" {
			out = append(out, types.GroupIdentifier{GroupId: g.GroupId, GroupName: g.GroupName})
		}
	}
	return out
}

// showPrimary copies to the instance what EC2 shows of the primary interface there.
func showPrimary(i *types.Instance, eni types.InstanceNetworkInterface) {
	i.SubnetId, i.VpcId, i.PrivateIpAddress, i.SecurityGroups = eni.SubnetId, eni.VpcId, eni.PrivateIpAddress, eni.Groups
	if eni.Association != nil {
		i.PublicIpAddress = eni.Association.PublicIp
	}
}

func (r *Resources) attach(i *types.Instance, n int, v Volume) {
	id := r.idOr(v.ID, KindVolume.Prefix)
	if v.Device == "" {
		v.Device = deviceName(n)
	}
	if v.GiB == 0 {
		v.GiB = 8
	}
	if n == 0 {
		i.RootDeviceName = &v.Device
	}
	r.storage.volumes.add(id, &types.Volume{
		VolumeId: &id, Size: aws.Int32(int32(v.GiB)), Encrypted: &v.Encrypted, State: types.VolumeStateInUse,
		VolumeType: types.VolumeTypeGp3, CreateTime: i.LaunchTime, AvailabilityZone: aws.String(r.zoneOr("")), Tags: toTags(v.Tags),
		Attachments: []types.VolumeAttachment{{
			InstanceId: i.InstanceId, VolumeId: &id, Device: &v.Device, State: types.VolumeAttachmentStateAttached,
			AttachTime: i.LaunchTime, DeleteOnTermination: aws.Bool(n == 0),
		}},
	})
	i.BlockDeviceMappings = append(i.BlockDeviceMappings, types.InstanceBlockDeviceMapping{
		DeviceName: &v.Device,
		Ebs: &types.EbsInstanceBlockDevice{
			VolumeId: &id, Status: types.AttachmentStatusAttached, AttachTime: i.LaunchTime, DeleteOnTermination: aws.Bool(n == 0),
		},
	})
}

func deviceName(n int) string { return fmt.Sprintf("/dev/xvd%c", 'a'+rune(n)) }

// Codes of https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_InstanceState.html
var stateCodes = map[types.InstanceStateName]int32{
	types.InstanceStateNameRunning: 16, types.InstanceStateNameTerminated: 48, types.InstanceStateNameStopped: 80,
}

func instanceState(name types.InstanceStateName) *types.InstanceState {
	return &types.InstanceState{Name: name, Code: aws.Int32(stateCodes[name])}
}
