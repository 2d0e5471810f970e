package spec

func decompose(n *Net) []Item {
	var items []Item
	for i := range n.Layers {
		items = append(items, Item{Layer: &n.Layers[i]})
	}
	return items
}
