/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Loops of <jansson.h> in a form that cppcheck reads; included by its runs alone. */
#define json_array_foreach(array, index, value) for (index = 0; (value = (array)) != 0; index++)
#define json_object_foreach(object, key, value) for (key = 0; (value = (object)) != 0;)
