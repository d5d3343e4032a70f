#include "CManifests.h"
