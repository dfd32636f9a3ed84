package ec2

import (
	"regexp"

	"github.com/ec2-quarantine/quarantine/internal/lab/account/call"
)

// Kind is a type of EC2 resource: the form of its IDs, and EC2's error code for a missing one.
type Kind struct {
	Prefix   string
	Word     string // "instance", as in TagSpecifications and messages
	notFound string // error code
	badForm  string // error code
}

// The kinds that can have tags, with the error codes of
// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/errors-overview.html
var (
	KindInstance  = Kind{"i", "instance", "InvalidInstanceID.NotFound", "InvalidInstanceID.Malformed"}
	KindACL       = Kind{"acl", "network-acl", "InvalidNetworkAclID.NotFound", "InvalidNetworkAclId.Malformed"}
	KindVPC       = Kind{"vpc", "vpc", "InvalidVpcID.NotFound", "InvalidVpcId.Malformed"}
	KindSubnet    = Kind{"subnet", "subnet", "InvalidSubnetID.NotFound", "InvalidSubnetId.Malformed"}
	KindGroup     = Kind{"sg", "security-group", "InvalidGroup.NotFound", "InvalidGroupId.Malformed"}
	KindInterface = Kind{"eni", "network-interface", "InvalidNetworkInterfaceID.NotFound", "InvalidNetworkInterfaceId.Malformed"}
	KindVolume    = Kind{"vol", "volume", "InvalidVolume.NotFound", "InvalidVolumeID.Malformed"}
	KindSnapshot  = Kind{"snap", "snapshot", "InvalidSnapshot.NotFound", "InvalidSnapshotID.Malformed"}
)

var kinds = []Kind{KindInstance, KindACL, KindVPC, KindSubnet, KindGroup, KindInterface, KindVolume, KindSnapshot}

var idForm = regexp.MustCompile(`^([a-z]+)-([0-9a-f]{8}|[0-9a-f]{17})$`)

// WellFormed reports whether the ID has the kind's form: 8 hexadecimal digits, as in early
// accounts, or 17.
func (k Kind) WellFormed(id string) bool {
	m := idForm.FindStringSubmatch(id)
	return m != nil && m[1] == k.Prefix
}

func (k Kind) missing(id string) error {
	return call.Fail(k.notFound, "The %s ID '%s' does not exist", k.Word, id)
}

// Has reports whether a resource of the kind has that ID.
func (r *Resources) Has(k Kind, id string) bool {
	r.service.Lock()
	defer r.service.Unlock()
	return r.tagPlace(k, id) != nil
}

// NewID makes an ID of the kind.
func (r *Resources) NewID(k Kind) string {
	r.service.Lock()
	defer r.service.Unlock()
	return r.service.NewID(k.Prefix)
}
