package quarantine

// Tags that the product puts on what it makes. They lead people to it and to the ledger, and
// decide nothing: anybody who may tag can write them, or take them away.
const (
	TagProduct  = "quarantine:product"  // value Product, on everything
	TagIncident = "quarantine:incident" // on snapshots: the incident's id
	TagLedger   = "quarantine:ledger"   // on an ACL: the table that says what it holds
	TagFinding  = "quarantine:finding"
	TagInstance = "quarantine:instance"
	TagVolume   = "quarantine:volume"
	TagDevice   = "quarantine:device"
	TagTime     = "quarantine:time"
	TagCase     = "quarantine:case"

	// Product is the value of TagProduct.
	Product = "ec2-quarantine"
)

// NetworkACL is a network ACL as EC2 describes it now.
type NetworkACL struct {
	ID           string            `json:"id"`
	VPCID        string            `json:"vpcId"`
	OwnerID      string            `json:"ownerId,omitempty"` // an account: of a shared VPC, the one that shares it
	Default      bool              `json:"default"`
	Tags         map[string]string `json:"tags,omitempty"`
	Associations []Association     `json:"associations"`
	// Allows counts the rules that let something pass, in either direction.
	Allows int `json:"allows"`
}

// Association ties a subnet to a network ACL. A subnet has exactly one; its id
// changes with every replacement:
// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ReplaceNetworkAclAssociation.html
type Association struct {
	ID       string `json:"id"`
	SubnetID string `json:"subnetId"`
}

// MadeByProduct tells whether this product made the ACL, by its tag.
func (a NetworkACL) MadeByProduct() bool { return a.Tags[TagProduct] == Product }

// Quarantines tells whether a subnet under this ACL is cut off by us: we made
// it, and no rule that allows anything was added.
func (a NetworkACL) Quarantines() bool { return a.MadeByProduct() && a.Allows == 0 }
