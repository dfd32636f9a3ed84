package quarantine

import "slices"

// GaveBack tells whether the incident was narrowed by a person's word, and the subnet is one of
// those that it gave back: nothing of it is to be put right.
func (i Incident) GaveBack(subnet string) bool {
	return i.Narrowed != nil && slices.ContainsFunc(i.Narrowed.Subnets, func(s ReleasedSubnet) bool { return s.SubnetID == subnet })
}
