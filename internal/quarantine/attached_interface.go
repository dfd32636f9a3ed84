package quarantine

// AttachedInterface is a network interface that is attached to an instance, as EC2 describes it
// now, with what decides whether its security groups can be replaced.
type AttachedInterface struct {
	ID       string `json:"id"`
	VPCID    string `json:"vpcId"`
	SubnetID string `json:"subnetId"`
	OwnerID  string `json:"ownerId"` // an account
	Type     string `json:"type"`    // interface, efa, trunk, branch and others
	// RequesterManaged says that an AWS service manages the interface: EC2 refuses to change it.
	RequesterManaged bool     `json:"requesterManaged"`
	Groups           []string `json:"groups"` // ids of its security groups, sorted
}
