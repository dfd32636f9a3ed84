package simaws

import (
	"regexp"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"
)

// EC2 has the methods of the SDK's *ec2.Client that the account implements.
// Options given to a call concern its transport, and there is none.
type EC2 struct{ account *Account }

// EC2 gives a client.
func (a *Account) EC2() *EC2 { return &EC2{account: a} }

// kind is a type of EC2 resource: how its ids look, and what EC2 calls one
// that is not there.
type kind struct {
	prefix   string
	word     string // "instance", as in TagSpecifications and in messages
	notFound string // error code
	badForm  string // error code
}

// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/errors-overview.html
var (
	anInstance = kind{"i", "instance", "InvalidInstanceID.NotFound", "InvalidInstanceID.Malformed"}
	anACL      = kind{"acl", "network-acl", "InvalidNetworkAclID.NotFound", "InvalidNetworkAclId.Malformed"}
	aVPC       = kind{"vpc", "vpc", "InvalidVpcID.NotFound", "InvalidVpcId.Malformed"}
	aSubnet    = kind{"subnet", "subnet", "InvalidSubnetID.NotFound", "InvalidSubnetId.Malformed"}
	aGroup     = kind{"sg", "security-group", "InvalidGroup.NotFound", "InvalidGroupId.Malformed"}
	aVolume    = kind{"vol", "volume", "InvalidVolume.NotFound", "InvalidVolumeID.Malformed"}
	aSnapshot  = kind{"snap", "snapshot", "InvalidSnapshot.NotFound", "InvalidSnapshotID.Malformed"}
)

var kinds = []kind{anInstance, anACL, aVPC, aSubnet, aGroup, aVolume, aSnapshot}

var idForm = regexp.MustCompile(`^([a-z]+)-([0-9a-f]{8}|[0-9a-f]{17})$`)

// wellFormed reports whether id looks like one of the kind: 8 hexadecimal
// digits as in early accounts, or 17.
func (k kind) wellFormed(id string) bool {
	m := idForm.FindStringSubmatch(id)
	return m != nil && m[1] == k.prefix
}

func (k kind) missing(id string) error {
	return fail(k.notFound, "The %s ID '%s' does not exist", k.word, id)
}

// lookup gives the resources with the ids, or the error that EC2 gives for the
// first that is malformed or is not there.
func lookup[T any](k kind, from *collection[T], ids []string) ([]*T, error) {
	for _, id := range ids {
		if !k.wellFormed(id) {
			return nil, fail(k.badForm, "Invalid id: \"%s\" (expecting \"%s-...\")", id, k.prefix)
		}
	}
	var items []*T
	for _, id := range ids {
		item, ok := from.get(id)
		if !ok {
			return nil, k.missing(id)
		}
		items = append(items, item)
	}
	return items, nil
}

// search is the work that all Describe operations share.
type search[T any] struct {
	kind  kind
	from  *collection[T]
	id    func(*T) *string
	tags  tagged[T]
	known filters[T]
}

func (s search[T]) run(a *Account, op operation, req pageRequest, asked []types.Filter) ([]T, *string, error) {
	items := s.from.all()
	if len(req.ids) > 0 {
		var err error
		if items, err = lookup(s.kind, s.from, req.ids); err != nil {
			return nil, nil, err
		}
	}
	items, err := s.known.keep(op, s.tags, asked, items)
	if err != nil {
		return nil, nil, err
	}
	idOf := func(item *T) string { return aws.ToString(s.id(item)) }
	items, next, err := page(a, op, req, s.from.order, idOf, items)
	if err != nil {
		return nil, nil, err
	}
	found := make([]T, 0, len(items))
	for _, item := range items {
		found = append(found, *item)
	}
	return found, next, nil
}
