// Four of MNIST's test digits, numbers 0, 35, 6 and 84 of them, as PNG in base64: so small that a request each would cost more.

export const digits = [
  { label: "7", png: "iVBORw0KGgoAAAANSUhEUgAAABwAAAAcCAAAAABXZoBIAAAAo0lEQVR42mNgGG4gZOf86TYqOCTv/QOCj8egYJUJiqRzkUfR4sf/HgKV/Hr6718P"
    + "pnZBJz5nZ2dr0Tf/snDaH/z3ohAuObGX/4Nxamz8904Hl5z1z392ODW2/tvNikuO8+wPK5wa6/5twynn/fuDJS454bv/luGSYz7977YyLkm1f/98"
    + "ccnJP/hXzIjbi/9McMnZfsIjWfnv320N3JLnhUhIWQDoRUgXuTMqowAAAABJRU5ErkJggg==" },
  { label: "2", png: "iVBORw0KGgoAAAANSUhEUgAAABwAAAAcCAAAAABXZoBIAAAA4UlEQVR42mNgGGCgUrv/1v9//z4aY5E78/MvBPx6jS4V8fH334d9hjw8PJl//+aj"
    + "ysU//Lu8kA/MFLj8txRFLvrd31UyMM40VMmk37cMWBlwSBb8LUBwOHd8EkKWFNFF6GNw/vsBp2+lX/3IxCWnM/dvCy457r1/T0vjkpvz95svbrlT"
    + "LrjlHrljEZdTVOxZvOvvIzVMKZ7AL9AY2eUmzsAgNgfJ3oDDYIkfr5b9+Pv3wzTPCRmIKGX/AZb7BPR79icg4+sCJEMtfwFFvreLgtiipdu3G6BY"
    + "WVm9oV2AYVAAAALNckvS+gVcAAAAAElFTkSuQmCC" },
  { label: "4", png: "iVBORw0KGgoAAAANSUhEUgAAABwAAAAcCAAAAABXZoBIAAAAyElEQVR42mNgGLRA7ECbAozN78uKIif4+tdKuNydj6rIciJ7/06Gc7r/pqBodPv7"
    + "VxTG1v63lhfFwpl/E+Byz//FoGhc/P8MN4yd8W8eqlMX/d0EdR9n89u/DOiSf/evdwOC1qN//65EkzR+8vfvv79/wcRtZfQgEHTs/Peis7NT5+/f"
    + "hTjDSenfOVGckgv+uuKUC/330Qin5Lx/S3FHzfMvuDVm/HuBW+OFv3MZeOVwSs6KPrMQp+S/v7NkcUja7msQZ6N5ggQABAhSwZOOZ/AAAAAASUVO"
    + "RK5CYII=" },
  { label: "8", png: "iVBORw0KGgoAAAANSUhEUgAAABwAAAAcCAAAAABXZoBIAAABEElEQVR42mNgGOyAzZshaeemOGFMGf78w+/iGC78/PevBE1GxCj76LftkgwMgV//"
    + "/YxGkRIKefbv390wBgbG2r//Npmi6mv99+9mGQsDg92pfx+bOVDlsr/8u6oLpO0+/Lsji2afzrd/Fw2BtPzHf3el0Z0Z/++fOZASPPbvlgyGH6Rv"
    + "/3s5QV3rzL+zXFj8Xvzj378vL//dl8AaMmohK77++/fvfDEnVmm+N/+eLX775XIAIxbJ5H//khkYVB/+a+LAlHT/95QHSDGt+meMKZnw758QiA78"
    + "dwxTMgAq2fyvHFOS9do/PyDFuP2LPRYXOfwFepOp7t8mrJ4Jf3evfOO/m9LY04jQrCNHUiVpnRIBZWduf+7eH5IAAAAASUVORK5CYII=" },
];
